"""Ready steps for training jobs on Kubernetes: `from couler_jupyter.zoo import tensorflow`.

Each is one `couler.run_job` with typed arguments: its operator (Kubeflow's training
operator, Katib) must be in the cluster.
"""
