"""What stands in every DAG file before its tasks; shipped as text, never imported there.

The modules here need nothing but Python 3.9 and Airflow. Those without Airflow are the
rules for values and conditions, the same as those of the local engine.
"""
