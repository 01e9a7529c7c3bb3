{#-
    The key of a version of history, in the words that make it up: dbt's own hash of them cannot be compressed, and would be
    the largest column of all.
-#}
{% macro duckdb__snapshot_hash_arguments(args) -%}
    concat_ws(',', {{ args | join(', ') }})
{%- endmacro %}
