"""Runs on Kubeflow Pipelines: handed over, followed and controlled by REST v2beta1."""
