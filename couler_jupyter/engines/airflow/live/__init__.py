"""Running on Airflow what the engine compiles: by its folder of DAGs and its REST API."""
