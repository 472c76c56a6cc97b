"""What all engines on Kubernetes share; it knows none of them."""
