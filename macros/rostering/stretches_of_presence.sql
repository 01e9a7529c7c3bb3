{#- The stretches of time in which a record was present without a break, from its history: present_from and present_to. -#}
{% macro stretches_of_presence(history) -%}
    with versions as (
        select * from {{ history }}
    ),

    -- most have one version, which spares them the numbering
    unchanged as (
        select * from versions
        where dbt_valid_to is null and dbt_valid_from = first_seen_at
    ),

    changed as (
        select * from versions
        where dbt_valid_to is not null or dbt_valid_from is distinct from first_seen_at
    ),

    -- versions between the same two absences are one stretch
    numbered as (
        select
            *,
            count(*) filter (where not is_active_in_session) over (
                partition by inbound_flow_id, sourced_id
                order by dbt_valid_from
            ) as absences_before
        from changed
    )

    select
        inbound_flow_id,
        sourced_id,
        min(dbt_valid_from) as present_from,
        nullif(
            max(coalesce(dbt_valid_to, cast('infinity' as timestamp))),
            cast('infinity' as timestamp)
        ) as present_to
    from numbered
    where is_active_in_session
    group by inbound_flow_id, sourced_id, absences_before
    union all
    select
        inbound_flow_id,
        sourced_id,
        dbt_valid_from as present_from,
        dbt_valid_to as present_to
    from unchanged
    where is_active_in_session
{%- endmacro %}
