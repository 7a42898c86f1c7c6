"""How dates and numbers look and are typed, where Django's own formats do not fit Kazakhstan."""
