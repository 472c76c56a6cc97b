"""Packages and images that are known, and names that are a slip away from one."""

from __future__ import annotations

import re

from couler_jupyter.nl.gate.word_list import words

PACKAGES = words(
    """
    accelerate aiohttp altair annoy arch autogluon bokeh boto3 cartopy catboost category-encoders
    cloudpickle cupy cython dash dask datasets deap deepspeed diffusers distributed docker
    duckdb einops evaluate evidently faiss-cpu fairlearn fastai fastapi fastparquet feast
    featuretools flask flax folium fsspec gensim geopandas google-cloud-bigquery
    google-cloud-storage gradio great-expectations gymnasium h5py hdbscan httpx
    huggingface-hub hydra-core hyperopt imbalanced-learn imageio ipywidgets jax jaxlib
    jinja2 joblib jsonschema kafka-python keras langchain lifelines lightgbm lightning
    lime loguru lxml matplotlib mlflow mlxtend mypy networkx neuralprophet nltk numba numpy
    onnx onnxruntime openai opencv-python openml openpyxl optuna orjson pandas pandera
    paramiko peft pillow plotly polars prophet protobuf psutil psycopg psycopg2
    psycopg2-binary pyarrow pydantic pymc pymongo pymysql pyspark pytest python-dateutil
    pytorch-lightning pytz pyyaml rasterio ray redis requests rich river rtree s3fs
    sacrebleu scikit-image scikit-learn scipy seaborn sentence-transformers sentencepiece
    sentry-sdk setuptools shap shapely six sktime slack-sdk smart-open spacy sqlalchemy
    statsmodels streamlit sympy tables tabulate tensorboard tensorflow tensorflow-datasets
    tensorflow-hub timm tokenizers torch torchaudio torchmetrics torchtext torchvision tqdm
    transformers trl tsfresh umap-learn unidecode urllib3 vaex wandb wheel wordcloud xarray
    xgboost xlrd xlsxwriter yellowbrick zarr
    """
)
"""Distributions that data science knows, as pip calls them."""

_IMPORTS = words(
    """
    PIL attr azure bs4 category_encoders causalml cv2 darts dateutil dowhy econml faiss
    fitz google googleapiclient great_expectations gym h2o hmmlearn imblearn implicit
    interpret kafka kneed lightning_fabric missingno mlforecast mpl_toolkits nixtla
    pkg_resources pmdarima psycopg2 pycaret pylab pyod pytorch_lightning
    sentence_transformers skimage sklearn skopt slack_sdk snowflake stable_baselines3
    statsforecast surprise tableone telegram tensorflow_datasets tensorflow_hub tpot
    twilio umap yaml
    """
)
MODULES = frozenset(one.replace("-", "_") for one in PACKAGES) | _IMPORTS
"""Top-level modules of well-known packages."""

IMAGES = words(
    """
    airflow alpine amazonlinux apache-airflow archlinux bash bitnami busybox caddy cassandra
    centos clickhouse curl debian elasticsearch fedora flink gcc git golang grafana
    haproxy httpd influxdb jupyter kafka keycloak kibana kubectl logstash mariadb memcached
    minio mlflow mongo mysql neo4j nextcloud nginx node openjdk perl php postgres prometheus
    python pytorch r-base rabbitmq rayproject redis ruby rust scipy-notebook spark swift
    tensorflow traefik triton ubuntu vault wordpress zookeeper
    """
)
"""Names of images that everybody knows."""

PUBLISHERS = words(
    """
    apache argoproj bitnami clickhouse confluentinc continuumio curlimages datamechanics
    docker elastic grafana hashicorp huggingface intel jupyter kserve kubeflow
    kubeflowkatib library mcr minio mlflow nvcr nvidia openvino prom pytorch rapidsai
    rasa rayproject rocker rocm seldonio tensorflow ubuntu unit zenml
    """
)
"""Publishers on Docker Hub that are projects or companies everybody knows."""

REGISTRIES = words(
    """
    docker.io gcr.io ghcr.io index.docker.io k8s.gcr.io localhost mcr.microsoft.com
    nvcr.io public.ecr.aws quay.io registry-1.docker.io registry.access.redhat.com
    registry.k8s.io us-docker.pkg.dev
    """
)
"""Registries that everybody knows."""

CLOSED = words(
    """
    k8s.gcr.io localhost mcr.microsoft.com nvcr.io registry.access.redhat.com
    registry.k8s.io
    """
)
"""Those of them where only their owners publish."""

_SEPARATORS = re.compile(r"[-_.]")


def lookalike(name: str, known: frozenset[str]) -> str | None:
    """Return the well-known name that an unknown one is a slip away from, if any.

    >>> lookalike("reqeusts", PACKAGES), lookalike("pandas", PACKAGES)
    ('requests', None)
    """
    plain = _plain(name)
    names = {_plain(one): one for one in known}
    if plain in names or len(plain) < 4:
        return None
    for other, original in sorted(names.items()):
        if len(other) >= 4 and _is_near(plain, other):
            return original
    return None


def _plain(name: str) -> str:
    return _SEPARATORS.sub("", name.lower())


def _is_near(one: str, other: str) -> bool:
    """Tell whether one letter is wrong, too many, missing or swapped, or a part added."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    if a[1:] == b or a == b[1:] or a[1:] == b[1:]:
        return True
    return len(a) > 1 and a[:2] == b[1::-1] and a[2:] == b[2:]
