with inbound_files as (
    select * from {{ ref('inbound_file') }}
),

final as (
    select
        inbound_flow_id,
        drop_id,
        file_name,
        cast(null as bigint) as line_number,
        cast(null as varchar) as column_name,
        cast(null as varchar) as value,
        'file_of_the_version' as rule,
        'notice' as severity,
        'the drop is ' || {{ format_in_words('oneroster_version') }} || ', which has no such file. It is not read'
        || case
            when oneroster_version = '1.1' and file_name = 'roles.csv' then '; roles come from users.csv'
            else ''
        end
        || '.' as problem
    from inbound_files
    where is_of_another_version
)

select * from final
