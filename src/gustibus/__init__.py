"""gustibus learns what different people prefer.

The public names live in rooms and are loaded when first used, so that ``import gustibus`` stays light.
"""

from __future__ import annotations

__version__ = "0.1.0"
