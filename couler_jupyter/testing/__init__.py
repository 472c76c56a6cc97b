"""What engines and passes are held to: small workflows, contracts, random workflows.

It ships, so that engines and passes from elsewhere are held to the same.
"""
