-- Written by `make models` from seeds/catalogue, which is the place to change it.
with landing as not materialized (
    select * from {{ ref('landing_directory__users') }}
),

verdicts as not materialized (
    select * from {{ ref('validation_directory__users') }}
),

final as (
    select
        landing.inbound_flow_id,
        landing.id as sourced_id,
        {{ kept('user_principal_name', in_one_line('landing.userPrincipalName')) }} as user_principal_name,
        {{ kept('mail', 'lower(landing.mail)') }} as mail,
        {{ kept('display_name', in_one_line('landing.displayName')) }} as display_name,
        {{ kept('given_name', in_one_line('landing.givenName')) }} as given_name,
        {{ kept('surname', in_one_line('landing.surname')) }} as surname,
        {{ kept('account_enabled', as_boolean('landing.accountEnabled')) }} as account_enabled,
        landing.metadata
    from landing
    left join verdicts
        on landing.inbound_flow_id = verdicts.inbound_flow_id and landing.line_number = verdicts.line_number
    where coalesce(verdicts.disposition, 'staged') = 'staged'
)

select * from final
