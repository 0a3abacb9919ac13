# Completion of hearken(1) in bash; made by `hearken completions bash`.

_hearken() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    local at='' verbs='' own='' files='' word i
    # --option=value comes as three words.
    if [[ $cur == = ]]; then
        cur=''
    elif [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        case "$at:$word" in
        *':--host'|*':--room'|*':--config'|'serve:--listen'|'serve:--audio-dir'|'serve:--state-dir'|'serve:--name'|'qr:--png'|'qr:--svg'|'pair:--name'|'pair:--profile'|'watch:--topics'|'watch:--since'|'play:--at'|'pause:--at'|'queue add:--at'|'compare ratings:--limit'|'compare ratings:--profile'|'playlist add:--at'|'playlist export:--out'|'playlist import:--name'|'radio add:--source'|'radio add:--hours'|'plays recent:--limit'|'plays top:--limit'|'transfer:--to'|'transfer:--from'|'export:--out'|'log list:--limit'|'simulate:--listeners'|'simulate:--seconds'|'simulate:--minutes'|'simulate:--rate'|'simulate:--churn'|'simulate:--tabs'|'simulate:--seed'|'simulate:--code')
            ((i++))
            [[ ${COMP_WORDS[i]} == = ]] && ((i++))
            ;;
        ':serve'|':qr'|':pair'|':discover'|':status'|':watch'|':play'|':pause'|':seek'|':next'|':prev'|':nudge'|':queue'|':star'|':unstar'|':compare'|':playlist'|':radio'|':devices'|':profiles'|':plays'|':transfer'|':rooms'|':scan'|':doctor'|':backup'|':export'|':log'|':simulate'|':completions'|'queue:list'|'queue:add'|'queue:remove'|'queue:move'|'queue:shuffle'|'queue:undo'|'queue:redo'|'queue:set'|'queue:clear'|'compare:next'|'compare:a'|'compare:b'|'compare:tie'|'compare:skip'|'compare:undo'|'compare:redo'|'compare:start'|'compare:ratings'|'playlist:list'|'playlist:show'|'playlist:create'|'playlist:rename'|'playlist:add'|'playlist:remove'|'playlist:move'|'playlist:delete'|'playlist:export'|'playlist:import'|'radio:list'|'radio:now'|'radio:add'|'radio:remove'|'radio:skip'|'radio:url'|'devices:list'|'devices:rename'|'devices:revoke'|'devices:profile'|'profiles:list'|'profiles:new'|'profiles:rename'|'profiles:delete'|'plays:recent'|'plays:top'|'rooms:list'|'rooms:create'|'rooms:rename'|'rooms:delete'|'log:list'|'log:compact'|'completions:bash'|'completions:fish'|'completions:zsh')
            at="${at:+$at }$word"
            ;;
        esac
    done
    case "$at:$prev" in
    *':--config'|'qr:--png'|'qr:--svg'|'playlist export:--out'|'export:--out')
        _hearken_paths -f "$cur"
        return
        ;;
    'serve:--audio-dir'|'serve:--state-dir')
        _hearken_paths -d "$cur"
        return
        ;;
    *':--host'|*':--room'|*':--config'|'serve:--listen'|'serve:--audio-dir'|'serve:--state-dir'|'serve:--name'|'qr:--png'|'qr:--svg'|'pair:--name'|'pair:--profile'|'watch:--topics'|'watch:--since'|'play:--at'|'pause:--at'|'queue add:--at'|'compare ratings:--limit'|'compare ratings:--profile'|'playlist add:--at'|'playlist export:--out'|'playlist import:--name'|'radio add:--source'|'radio add:--hours'|'plays recent:--limit'|'plays top:--limit'|'transfer:--to'|'transfer:--from'|'export:--out'|'log list:--limit'|'simulate:--listeners'|'simulate:--seconds'|'simulate:--minutes'|'simulate:--rate'|'simulate:--churn'|'simulate:--tabs'|'simulate:--seed'|'simulate:--code')
        return
        ;;
    esac
    case $at in
    '') verbs='serve qr pair discover status watch play pause seek next prev nudge queue star unstar compare playlist radio devices profiles plays transfer rooms scan doctor backup export log simulate completions' own='' ;;
    'serve') verbs='' own='--listen --audio-dir --state-dir --name --no-mdns --trust-loopback' ;;
    'qr') verbs='' own='--png --svg' ;;
    'pair') verbs='' own='--open --new-code --name --profile' ;;
    'discover') verbs='' own='' ;;
    'status') verbs='' own='' ;;
    'watch') verbs='' own='--topics --since' ;;
    'play') verbs='' own='--at' ;;
    'pause') verbs='' own='--at' ;;
    'seek') verbs='' own='' ;;
    'next') verbs='' own='' ;;
    'prev') verbs='' own='' ;;
    'nudge') verbs='' own='' ;;
    'queue') verbs='list add remove move shuffle undo redo set clear' own='' ;;
    'queue list') verbs='' own='' ;;
    'queue add') verbs='' own='--at' ;;
    'queue remove') verbs='' own='' ;;
    'queue move') verbs='' own='' ;;
    'queue shuffle') verbs='' own='' ;;
    'queue undo') verbs='' own='' ;;
    'queue redo') verbs='' own='' ;;
    'queue set') verbs='' own='' ;;
    'queue clear') verbs='' own='' ;;
    'star') verbs='' own='' ;;
    'unstar') verbs='' own='' ;;
    'compare') verbs='next a b tie skip undo redo start ratings' own='' ;;
    'compare next') verbs='' own='' ;;
    'compare a') verbs='' own='' ;;
    'compare b') verbs='' own='' ;;
    'compare tie') verbs='' own='' ;;
    'compare skip') verbs='' own='' ;;
    'compare undo') verbs='' own='' ;;
    'compare redo') verbs='' own='' ;;
    'compare start') verbs='' own='--top10' ;;
    'compare ratings') verbs='' own='--limit --profile --household' ;;
    'playlist') verbs='list show create rename add remove move delete export import' own='' ;;
    'playlist list') verbs='' own='' ;;
    'playlist show') verbs='' own='' ;;
    'playlist create') verbs='' own='' ;;
    'playlist rename') verbs='' own='' ;;
    'playlist add') verbs='' own='--at' ;;
    'playlist remove') verbs='' own='' ;;
    'playlist move') verbs='' own='' ;;
    'playlist delete') verbs='' own='' ;;
    'playlist export') verbs='' own='--out' ;;
    'playlist import') verbs='' own='--name' files=yes ;;
    'radio') verbs='list now add remove skip url' own='' ;;
    'radio list') verbs='' own='' ;;
    'radio now') verbs='' own='' ;;
    'radio add') verbs='' own='--source --shuffle --hours' ;;
    'radio remove') verbs='' own='' ;;
    'radio skip') verbs='' own='' ;;
    'radio url') verbs='' own='--new-key' ;;
    'devices') verbs='list rename revoke profile' own='' ;;
    'devices list') verbs='' own='' ;;
    'devices rename') verbs='' own='' ;;
    'devices revoke') verbs='' own='' ;;
    'devices profile') verbs='' own='' ;;
    'profiles') verbs='list new rename delete' own='' ;;
    'profiles list') verbs='' own='' ;;
    'profiles new') verbs='' own='' ;;
    'profiles rename') verbs='' own='' ;;
    'profiles delete') verbs='' own='' ;;
    'plays') verbs='recent top' own='' ;;
    'plays recent') verbs='' own='--limit' ;;
    'plays top') verbs='' own='--limit' ;;
    'transfer') verbs='' own='--to --from' ;;
    'rooms') verbs='list create rename delete' own='' ;;
    'rooms list') verbs='' own='' ;;
    'rooms create') verbs='' own='' ;;
    'rooms rename') verbs='' own='' ;;
    'rooms delete') verbs='' own='' ;;
    'scan') verbs='' own='--forget-missing' ;;
    'doctor') verbs='' own='--restore --yes' files=yes ;;
    'backup') verbs='' own='' files=yes ;;
    'export') verbs='' own='--state --out' ;;
    'log') verbs='list compact' own='' ;;
    'log list') verbs='' own='--limit' ;;
    'log compact') verbs='' own='' ;;
    'simulate') verbs='' own='--listeners --seconds --minutes --rate --churn --tabs --seed --code' ;;
    'completions') verbs='bash fish zsh' own='' ;;
    esac
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$own --help --host --room --config --json --version" -- "$cur")
    elif [[ $files ]]; then
        _hearken_paths -f "$cur"
    else
        mapfile -t COMPREPLY < <(compgen -W "$verbs" -- "$cur")
    fi
}

_hearken_paths() {
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen "$1" -- "$2")
}

complete -F _hearken hearken
