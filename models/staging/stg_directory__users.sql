with {{ staged_lines('directory/users.csv') }},

final as (
    select
        landed.inbound_flow_id,
        landed.id as sourced_id,
        {{ kept('userPrincipalName') }} as user_principal_name,
        {{ kept('mail', 'lower(landed.mail)') }} as mail,
        {{ kept('displayName') }} as display_name,
        {{ kept('givenName') }} as given_name,
        {{ kept('surname') }} as surname,
        {{ kept('accountEnabled', as_boolean('landed."accountEnabled"')) }} as account_enabled
    from landed
)

select * from final
