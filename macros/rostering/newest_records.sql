{#-
    One row per source system and sourcedId of a history, whatever number of flows know the record: its values from the newest
    year that has it present, else from the newest year, and first_seen_at, last_seen_at and is_present_in_source of all years.
-#}
{% macro newest_records(history) -%}
    with records as (
        select
            versions.* replace (
                coalesce(versions.last_seen_at, greatest(versions.dbt_valid_from, flow_window.last_processed_at)) as last_seen_at
            ),
            flow_window.source_system_id,
            flow_window.year_code,
            flow_window.opens_at
        from {{ history }} as versions
        inner join {{ ref('flow_window') }} as flow_window on versions.inbound_flow_id = flow_window.inbound_flow_id
        where versions.dbt_valid_to is null
    )

    select
        * replace (
            min(first_seen_at) over (partition by source_system_id, sourced_id) as first_seen_at,
            max(last_seen_at) over (partition by source_system_id, sourced_id) as last_seen_at
        ),
        bool_or(is_active_in_session) over (partition by source_system_id, sourced_id) as is_present_in_source
    from records
    qualify
        row_number() over (
            partition by source_system_id, sourced_id
            order by is_active_in_session desc, year_code desc, opens_at desc, inbound_flow_id desc
        ) = 1
{%- endmacro %}
