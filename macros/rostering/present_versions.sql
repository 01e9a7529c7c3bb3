{#-
    The versions of a history in which the record is present, with seen_until: the last run that saw the version. The version
    that turned a record absent knows it (last_seen_at); else it is the flow's last run before the version ended. Both are
    looked up by the few instants at which versions end, as sorting millions of versions would cost more than all else.
-#}
{% macro present_versions(history) -%}
    select
        versions.*,
        greatest(versions.dbt_valid_from, coalesce(departures.last_seen_at, endings.run_at)) as seen_until
    from {{ history }} as versions
    left join (
        select
            inbound_flow_id,
            sourced_id,
            dbt_valid_from as left_at,
            last_seen_at
        from {{ history }}
        where last_seen_at is not null
    ) as departures
        on
            versions.inbound_flow_id = departures.inbound_flow_id
            and versions.sourced_id = departures.sourced_id
            and versions.dbt_valid_to = departures.left_at
    left join (
        select
            instants.inbound_flow_id,
            instants.dbt_valid_to,
            processed_run.run_at
        from (
            select distinct
                inbound_flow_id,
                dbt_valid_to
            from {{ history }}
        ) as instants
        asof left join {{ ref('processed_run') }} as processed_run
            on
                instants.inbound_flow_id = processed_run.inbound_flow_id
                and coalesce(instants.dbt_valid_to, cast('infinity' as timestamp)) > processed_run.run_at
    ) as endings
        on
            versions.inbound_flow_id = endings.inbound_flow_id
            and versions.dbt_valid_to is not distinct from endings.dbt_valid_to
    where versions.is_active_in_session
{%- endmacro %}
