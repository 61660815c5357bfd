"""Run the command line as a module: ``python -m chainrule serve``."""

import sys

if __name__ == "__main__":
    from chainrule.app.cli import main

    sys.exit(main())
