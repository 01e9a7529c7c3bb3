{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='append_new_columns',
    post_hook="{{ keep_newest_runs(14) }}"
) }}

with current_run as (
    select *
    from {{ ref('run') }}
    where status = 'running'
),

findings as (
    select * from {{ ref('finding') }}
),

match_findings as (
    select match_findings.*
    from {{ ref('match_finding') }} as match_findings
    semi join current_run on match_findings.run_id = current_run.run_id
),

referring_columns as (
    select distinct
        file_name,
        column_name,
        refers_to
    from {{ ref('rule_in_force') }}
    where rule = 'references'
),

-- a hash stands for each cause and each record: a run may leave out millions
mistakes as (
    select
        all_findings.inbound_flow_id,
        all_findings.drop_id,
        all_findings.file_name,
        all_findings.column_name,
        all_findings.rule,
        all_findings.caused_by,
        all_findings.line_number,
        all_findings.severity,
        all_findings.effect,
        hash(
            all_findings.inbound_flow_id,
            all_findings.file_name,
            all_findings.column_name,
            all_findings.rule,
            all_findings.caused_by
        ) as cause_id,
        -- copies and conflicts of one id are one record; without an id, each line is one
        hash(
            all_findings.inbound_flow_id,
            all_findings.file_name,
            coalesce(all_findings.sourced_id, 'line ' || all_findings.line_number)
        ) as record_id,
        -- a withdrawn record was not left out by mistake: the mistake is that another one names it
        case
            when all_findings.caused_by in ('rejected', 'unreadable')
                then hash(all_findings.inbound_flow_id, columns.refers_to, all_findings.value)
        end as wanted_record_id
    from (
        select * from findings
        union all by name
        select * exclude (run_id) from match_findings
    ) as all_findings
    left join referring_columns as columns
        on all_findings.file_name = columns.file_name and all_findings.column_name = columns.column_name
    where all_findings.severity <> 'notice'
),

-- why a record is left out: by a cause of its own, or for want of another record
reasons as (
    select
        record_id,
        case when wanted_record_id is null then cause_id end as cause_id,
        wanted_record_id
    from mistakes
    where effect = 'record_left_out'
),

-- from the records that others want back to whatever keeps them out; they are few, the others may be many
traced as (
    with recursive traced as (
        select reasons.*
        from reasons
        semi join reasons as others on reasons.record_id = others.wanted_record_id
        union
        select
            traced.record_id,
            reasons.cause_id,
            reasons.wanted_record_id
        from traced
        inner join reasons on traced.wanted_record_id = reasons.record_id
    )

    select * from traced
    where cause_id is not null
),

record_causes as (
    select
        record_id,
        list(distinct cause_id) as cause_ids
    from (
        select
            record_id,
            cause_id
        from reasons
        where cause_id is not null
        union all
        select
            reasons.record_id,
            traced.cause_id
        from reasons
        inner join traced on reasons.wanted_record_id = traced.record_id
    ) as pairs
    group by record_id
),

left_out as (
    select
        cause_id,
        count(*) as records_left_out,
        count(*) filter (where is_only_cause) as records_brought_back
    from (
        select
            unnest(cause_ids) as cause_id,
            len(cause_ids) = 1 as is_only_cause
        from record_causes
    ) as pairs
    group by cause_id
),

causes as (
    select
        cause_id,
        inbound_flow_id,
        drop_id,
        file_name,
        column_name,
        rule,
        caused_by,
        -- the last item of a list costs the record, the others only themselves
        case
            when bool_or(severity = 'catastrophic') then 'catastrophic'
            when bool_or(severity = 'error') then 'error'
            else 'warning'
        end as severity,
        count(*) as findings,
        min(line_number) as first_line_number,
        max(line_number) as last_line_number,
        count(*) filter (where effect = 'value_left_out') as values_left_out
    from mistakes
    where wanted_record_id is null
    group by cause_id, inbound_flow_id, drop_id, file_name, column_name, rule, caused_by
),

final as (
    select
        current_run.run_id,
        row_number() over (
            order by
                causes.severity = 'catastrophic' desc,
                left_out.records_brought_back desc nulls last,
                left_out.records_left_out desc nulls last,
                causes.values_left_out desc,
                causes.findings desc,
                causes.inbound_flow_id asc,
                causes.file_name asc,
                causes.column_name asc,
                causes.rule asc
        ) as fix_order,
        causes.inbound_flow_id,
        causes.drop_id,
        causes.file_name,
        causes.column_name,
        causes.severity,
        causes.rule,
        causes.caused_by,
        causes.findings,
        causes.first_line_number,
        causes.last_line_number,
        coalesce(left_out.records_left_out, 0) as records_left_out,
        coalesce(left_out.records_brought_back, 0) as records_brought_back,
        causes.values_left_out
    from causes
    cross join current_run
    left join left_out on causes.cause_id = left_out.cause_id
)

select * from final
