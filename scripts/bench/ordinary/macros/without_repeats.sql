{#- Identical copies count once; different records with one id are left out. -#}
{% macro without_repeats(staged) -%}
    select *
    from (select distinct * from {{ staged }}) as records
    qualify count(*) over (partition by sourced_id) = 1
{%- endmacro %}
