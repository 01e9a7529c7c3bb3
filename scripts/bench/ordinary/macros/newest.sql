{#-
    The newest version of each record of a snapshot: its values, when it was first seen, and whether it is still there.
-#}
{% macro newest(snapshot) -%}
    select
        *,
        dbt_is_deleted <> 'True' as is_present,
        min(dbt_valid_from) over (partition by sourced_id) as first_seen_at
    from {{ snapshot }}
    qualify row_number() over (partition by sourced_id order by dbt_valid_from desc) = 1
{%- endmacro %}
