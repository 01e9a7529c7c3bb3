with inbound_drops as (
    select * from {{ ref('inbound_drop') }}
    where is_due
),

directory_drops as (
    select * from {{ ref('directory_drop') }}
),

findings as (
    select * from {{ ref('stale_flow') }}
    union all
    select * from {{ ref('closed_file') }}
    union all
    select * from {{ ref('incomplete_drop') }}
    union all
    select * from {{ ref('unknown_folder') }}
    union all
    select * from {{ ref('missing_file') }}
    union all
    select * from {{ ref('unknown_version') }}
    union all
    select * from {{ ref('changed_version') }}
    union all
    select * from {{ ref('file_of_no_text') }}
    union all
    select * from {{ ref('file_of_open_quotes') }}
    union all
    select * from {{ ref('missing_column') }}
    union all
    select * from {{ ref('repeated_column') }}
    union all
    select * from {{ ref('delta_file') }}
    union all
    select * from {{ ref('file_without_records') }}
    union all
    select * from {{ ref('manifest_disagreement') }}
    union all
    select * from {{ ref('unknown_header') }}
    union all
    select * from {{ ref('misspelt_header') }}
    union all
    select * from {{ ref('misspelt_file_name') }}
    union all
    select * from {{ ref('file_of_another_encoding') }}
    union all
    select * from {{ ref('file_of_other_separators') }}
    union all
    select * from {{ ref('file_without_keys') }}
    union all
    select * from {{ ref('undelivered_file') }}
    union all
    select * from {{ ref('file_of_another_version') }}
    union all
    select * from {{ ref('directory_without_users') }}
    union all
    select * from {{ ref('directory_file_without_users') }}
),

-- what cannot be read lacks the rest, too: the cause is told alone
causes as (
    select *
    from findings
    qualify
        rule = 'stale'
        or case
            when rule in ('file_opens', 'whole_drop', 'text_file', 'comma_separated', 'closed_quotes') then 1
            when rule = 'known_version' then 2
            else 3
        end = min(case
            when rule in ('file_opens', 'whole_drop', 'text_file', 'comma_separated', 'closed_quotes') then 1
            when rule = 'known_version' then 2
            else 3
        end) over (partition by inbound_flow_id)
),

final as (
    select
        findings.inbound_flow_id,
        coalesce(inbound_drops.drop_id, directory_drops.drop_id) as drop_id,
        findings.file_name,
        findings.line_number,
        findings.column_name,
        findings.value,
        findings.rule,
        findings.severity,
        case findings.severity when 'catastrophic' then 'refused' else 'none' end as effect,
        findings.problem
    from causes as findings
    left join inbound_drops on findings.inbound_flow_id = inbound_drops.inbound_flow_id
    left join directory_drops on findings.inbound_flow_id = directory_drops.inbound_flow_id
    -- the directory's export has many more columns than are read, under Microsoft's headers
    where not (findings.inbound_flow_id = 'directory' and findings.rule in ('known_header', 'header_spelling'))
)

select * from final
