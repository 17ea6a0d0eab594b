"""The agreement model: who accepts a plan, who keeps it, what follows. See the reference pages."""
