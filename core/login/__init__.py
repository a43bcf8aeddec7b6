"""Who may see the pages where they are not bound to this machine alone: sign in, a cookie that expires, log out."""

from core.login.gate import Gate

__all__ = ["Gate"]
