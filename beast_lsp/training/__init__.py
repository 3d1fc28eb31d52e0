"""Training stages, each runnable alone; needs the extra `train`."""
