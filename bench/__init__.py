"""The rig that measures Senim: `make bench`. Figures of one run compare; rates of two do not."""
