with accepted_files as (
    select * from {{ ref('accepted_file') }}
),

inbound_drops as (
    select * from {{ ref('inbound_drop') }}
),

counts as (
    {% for file in oneroster_files() %}
    {%- set name = snake_case(file) %}
    select
        accepted_files.inbound_flow_id,
        '{{ file }}' as file_name,
        (
            select count(*) from ({{ held_by_history(file) }}) as held
            where held.inbound_flow_id = accepted_files.inbound_flow_id
        ) as active_records,
        (
            select count(*) from {{ ref('stg_oneroster__' ~ name) }} as staged
            where staged.inbound_flow_id = accepted_files.inbound_flow_id
        ) as staged_records,
        (
            select count(*) from {{ ref('changes_oneroster__' ~ name) }} as changes
            where changes.inbound_flow_id = accepted_files.inbound_flow_id and changes.change = 'left'
        ) as removed_records,
        (
            select count(*) from {{ ref('changes_oneroster__' ~ name) }} as changes
            where changes.inbound_flow_id = accepted_files.inbound_flow_id and changes.change in ('changed', 'returned')
        ) as changed_records
    from accepted_files
    where accepted_files.file_name = '{{ file }}'
    {{ 'union all' if not loop.last }}
    {% endfor %}
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
