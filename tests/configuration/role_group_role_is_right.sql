with lines as (
    select * from {{ ref('role_group_role_line') }}
),

mistakes as (
    {{ blank(['role_code']) }}
    union all
    {{ repeated(['role_code']) }}
    union all
    {{ no_code('role_code', 'RefRole', may_be_disabled=true) }}
    union all
    {{ not_configured('role_group_id', 'role_group') }}
)

{{ mistakes_if_readable(['role_group_role', 'role_group', 'ref_definition']) }}
