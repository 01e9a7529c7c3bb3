{#- UTF-8 that was read as Windows-1252 once: `Ã±` where an `ñ` was. -#}
{% macro rule_mojibake(value) -%}
    case
        when contains({{ value }}, 'Ã') or contains({{ value }}, 'Â') or contains({{ value }}, 'â€')
            then regexp_matches({{ value }}, 'Ã[\x{80}-\x{bf}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|Â[\x{a0}-\x{bf}]|â€')
    end
{%- endmacro %}
