{#- An attribute of Microsoft's education extension of the directory, by its full name. -#}
{% macro education_attribute(name) -%}
    extension_fe2174665583431c953114ff7268b7b3_Education_{{ name }}
{%- endmacro %}
