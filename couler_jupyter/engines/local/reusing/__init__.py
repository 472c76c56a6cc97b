"""Between a run of this engine and a cache: contents told, bytes brought and handed over."""
