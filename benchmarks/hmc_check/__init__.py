"""The hierarchical model beside Hamiltonian Monte Carlo and quadrature. See ``__main__``."""
