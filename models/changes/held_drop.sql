with accepted_files as (
    select distinct
        inbound_flow_id,
        file_name
    from {{ ref('accepted_file') }}
),

inbound_drops as (
    select * from {{ ref('inbound_drop') }}
),

changes as (
    {% for file in oneroster_files() %}
    select
        inbound_flow_id,
        '{{ file }}' as file_name,
        change,
        count(*) as records
    from {{ ref('changes_' ~ model_name(file)) }}
    {#- without history nothing can be lost, and the changes are all there is #}
    where {{ earlier_relation('history', snake_case(file)) is not none }}
    group by inbound_flow_id, change
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

active as (
    {% for file in oneroster_files() %}
    select
        inbound_flow_id,
        '{{ file }}' as file_name,
        count(*) as records
    from ({{ held_by_history(file) }})
    group by inbound_flow_id
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

counts as (
    select
        active.inbound_flow_id,
        active.file_name,
        active.records as active_records,
        coalesce(sum(changes.records) filter (where changes.change = 'left'), 0) as removed_records,
        coalesce(sum(changes.records) filter (where changes.change in ('changed', 'returned')), 0) as changed_records,
        active.records
        + coalesce(sum(changes.records) filter (where changes.change in ('appeared', 'returned')), 0)
        - coalesce(sum(changes.records) filter (where changes.change in ('left', 'stood_in')), 0) as staged_records
    from active
    inner join accepted_files
        on active.inbound_flow_id = accepted_files.inbound_flow_id and active.file_name = accepted_files.file_name
    left join changes
        on active.inbound_flow_id = changes.inbound_flow_id and active.file_name = changes.file_name
    group by active.inbound_flow_id, active.file_name, active.records
),

excesses as (
    select
        inbound_flow_id,
        file_name,
        case
            when removed_records > {{ var('hold_removed_share') }} * active_records
                then removed_records || ' of the ' || active_records
                    || ' records that history holds active would turn absent '
                    || '(more than {{ (var('hold_removed_share') * 100) | round | int }} %)'
            when changed_records > {{ var('hold_changed_share') }} * staged_records
                then changed_records || ' of the ' || staged_records || ' records would change '
                    || '(more than {{ (var('hold_changed_share') * 100) | round | int }} %)'
        end as excess
    from counts
    where active_records >= 20
),

final as (
    select
        excesses.inbound_flow_id,
        inbound_drops.drop_id,
        excesses.file_name,
        excesses.excess || '. The drop is held. If this is right, let it through with '
        || '--vars ''{approved_drops: ["' || excesses.inbound_flow_id || '/' || inbound_drops.drop_id || '"]}''; '
        || 'if not, export it again.' as problem
    from excesses
    inner join inbound_drops
        on excesses.inbound_flow_id = inbound_drops.inbound_flow_id and not inbound_drops.is_approved
    where excesses.excess is not null
)

select * from final
