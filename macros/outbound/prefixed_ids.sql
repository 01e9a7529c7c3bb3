{#- Ids of a record of an outbound roster in one cell, as the receiver has them. -#}
{% macro prefixed_ids(ids) -%}
    array_to_string(list_transform({{ ids }}, lambda id: records.id_prefix || id), ',')
{%- endmacro %}
