#compdef hearken
# Completion of hearken(1) in zsh; made by `hearken completions zsh`.

_hearken() {
    local at='' word prev=$words[CURRENT-1] files=''
    local -a verbs own everywhere
    integer i
    for ((i = 2; i < CURRENT; i++)); do
        word=$words[i]
        case "$at:$word" in
        (*':--host'|*':--room'|*':--config'|'serve:--listen'|'serve:--audio-dir'|'serve:--state-dir'|'serve:--name'|'qr:--png'|'qr:--svg'|'pair:--name'|'pair:--profile'|'watch:--topics'|'watch:--since'|'play:--at'|'pause:--at'|'queue add:--at'|'compare ratings:--limit'|'compare ratings:--profile'|'playlist add:--at'|'playlist export:--out'|'playlist import:--name'|'radio add:--source'|'radio add:--hours'|'plays recent:--limit'|'plays top:--limit'|'transfer:--to'|'transfer:--from'|'export:--out'|'log list:--limit'|'simulate:--listeners'|'simulate:--seconds'|'simulate:--minutes'|'simulate:--rate'|'simulate:--churn'|'simulate:--tabs'|'simulate:--seed'|'simulate:--code') ((i++)) ;;
        (':serve'|':qr'|':pair'|':discover'|':status'|':watch'|':play'|':pause'|':seek'|':next'|':prev'|':nudge'|':queue'|':star'|':unstar'|':compare'|':playlist'|':radio'|':devices'|':profiles'|':plays'|':transfer'|':rooms'|':scan'|':doctor'|':backup'|':export'|':log'|':simulate'|':completions'|'queue:list'|'queue:add'|'queue:remove'|'queue:move'|'queue:shuffle'|'queue:undo'|'queue:redo'|'queue:set'|'queue:clear'|'compare:next'|'compare:a'|'compare:b'|'compare:tie'|'compare:skip'|'compare:undo'|'compare:redo'|'compare:start'|'compare:ratings'|'playlist:list'|'playlist:show'|'playlist:create'|'playlist:rename'|'playlist:add'|'playlist:remove'|'playlist:move'|'playlist:delete'|'playlist:export'|'playlist:import'|'radio:list'|'radio:now'|'radio:add'|'radio:remove'|'radio:skip'|'radio:url'|'devices:list'|'devices:rename'|'devices:revoke'|'devices:profile'|'profiles:list'|'profiles:new'|'profiles:rename'|'profiles:delete'|'plays:recent'|'plays:top'|'rooms:list'|'rooms:create'|'rooms:rename'|'rooms:delete'|'log:list'|'log:compact'|'completions:bash'|'completions:fish'|'completions:zsh') at="${at:+$at }$word" ;;
        esac
    done
    if [[ $PREFIX == --*=* ]]; then
        prev=${PREFIX%%=*}
        compset -P '*='
    fi
    case "$at:$prev" in
    (*':--config'|'qr:--png'|'qr:--svg'|'playlist export:--out'|'export:--out') _files; return ;;
    ('serve:--audio-dir'|'serve:--state-dir') _files -/; return ;;
    (*':--host'|*':--room'|*':--config'|'serve:--listen'|'serve:--audio-dir'|'serve:--state-dir'|'serve:--name'|'qr:--png'|'qr:--svg'|'pair:--name'|'pair:--profile'|'watch:--topics'|'watch:--since'|'play:--at'|'pause:--at'|'queue add:--at'|'compare ratings:--limit'|'compare ratings:--profile'|'playlist add:--at'|'playlist export:--out'|'playlist import:--name'|'radio add:--source'|'radio add:--hours'|'plays recent:--limit'|'plays top:--limit'|'transfer:--to'|'transfer:--from'|'export:--out'|'log list:--limit'|'simulate:--listeners'|'simulate:--seconds'|'simulate:--minutes'|'simulate:--rate'|'simulate:--churn'|'simulate:--tabs'|'simulate:--seed'|'simulate:--code') _message 'a value'; return 1 ;;
    esac
    everywhere=(
        '--help:display usage information'
        '--host:which appliance: a name or address, with or without port, such as hearken.local'
        '--room:which room; house unless given'
        '--config:configuration file to read instead of the usual ones'
        '--json:answer in JSON, one document a line'
        '--version:print the version'
    )
    case $at in
    ('') verbs=(
        'serve:Run the appliance.'
        'qr:Show the pairing QR: scan it with a phone to listen.'
        'pair:On the appliance: show address, code and QR. Elsewhere, with the code: pair this machine.'
        'discover:List the appliances on the LAN.'
        'status:Show what plays, who listens, and what comes next.'
        'watch:Show every change as it happens; comes back by itself after a break.'
        'play:Play, on every device together.'
        'pause:Pause, on every device.'
        'seek:Go to a position in the track.'
        'next:Play the next track.'
        'prev:Play the track before.'
        'nudge:Play a track after the current one.'
        'queue:Show or change the queue.'
        'star:Star a track, an album or an artist; without words, show what is starred.'
        'unstar:Take the star off a track, an album or an artist.'
        'compare:Say which of two tracks is better.'
        'playlist:Show or change the playlists.'
        'radio:Show or change the radio stations, and what they play.'
        'devices:Show, rename or revoke the paired devices, or give them to a profile.'
        'profiles:Show, make, rename or delete profiles: whose the stars, plays and comparisons are.'
        'plays:Show what was heard: last, or most often.'
        'transfer:Go on on another device with what one plays for itself.'
        'rooms:Show, make, rename or delete rooms.'
        'scan:Look for new, changed and vanished music.'
        'doctor:Check this machine'\''s hearken, and say what to do.'
        'backup:Make a backup of what this machine'\''s hearken remembers.'
        'export:Write out what this machine'\''s hearken remembers, as JSON.'
        'log:Look into the log of this machine'\''s hearken, or make it shorter.'
        'simulate:Run synthetic listeners, and check that each sees every event once.'
        'completions:Write a completion script for a shell.'
    ) own=() ;;
    ('serve') verbs=() own=(
        '--listen:address and port to answer on; port 0 takes a free one'
        '--audio-dir:where the music is'
        '--state-dir:where to keep what is remembered'
        '--name:the appliance'\''s name'
        '--no-mdns:do not advertise on the LAN'
        '--trust-loopback:programs on this machine need no token'
    ) ;;
    ('qr') verbs=() own=(
        '--png:write a PNG instead'
        '--svg:write an SVG instead'
    ) ;;
    ('pair') verbs=() own=(
        '--open:show the QR to everybody on the LAN for five minutes'
        '--new-code:make a new code; the old one pairs nobody any more'
        '--name:what the household will call this machine'
        '--profile:whose it is: the name of a profile, which is made if there is none'
    ) ;;
    ('discover') verbs=() own=() ;;
    ('status') verbs=() own=() ;;
    ('watch') verbs=() own=(
        '--topics:only these topics, separated by commas, such as session:house,library'
        '--since:begin after this place in the log, as EPOCH:SEQ'
    ) ;;
    ('play') verbs=() own=(
        '--at:from this position: 83, 1:23 or 1:02:03'
    ) ;;
    ('pause') verbs=() own=(
        '--at:at this position instead of where it is'
    ) ;;
    ('seek') verbs=() own=() ;;
    ('next') verbs=() own=() ;;
    ('prev') verbs=() own=() ;;
    ('nudge') verbs=() own=() ;;
    ('queue') verbs=(
        'list:Show the queue; place 0 is the current track.'
        'add:Put tracks into the queue.'
        'remove:Take a track out of the queue.'
        'move:Move a track to another place.'
        'shuffle:Mix all tracks but the current one.'
        'undo:Take back your own last edit of the queue.'
        'redo:Do it again.'
        'set:Replace the queue.'
        'clear:Empty the queue.'
    ) own=() ;;
    ('queue list') verbs=() own=() ;;
    ('queue add') verbs=() own=(
        '--at:at this place, 1 is next; the end unless given'
    ) ;;
    ('queue remove') verbs=() own=() ;;
    ('queue move') verbs=() own=() ;;
    ('queue shuffle') verbs=() own=() ;;
    ('queue undo') verbs=() own=() ;;
    ('queue redo') verbs=() own=() ;;
    ('queue set') verbs=() own=() ;;
    ('queue clear') verbs=() own=() ;;
    ('star') verbs=() own=() ;;
    ('unstar') verbs=() own=() ;;
    ('compare') verbs=(
        'next:Show the pair on the table.'
        'a:The first one is better.'
        'b:The second one is better.'
        'tie:Neither is better.'
        'skip:Ask another pair.'
        'undo:Take back the last answer.'
        'redo:Answer again what was taken back last.'
        'start:Compare the tracks of a source.'
        'ratings:Show the tracks that were compared, the best first.'
    ) own=() ;;
    ('compare next') verbs=() own=() ;;
    ('compare a') verbs=() own=() ;;
    ('compare b') verbs=() own=() ;;
    ('compare tie') verbs=() own=() ;;
    ('compare skip') verbs=() own=() ;;
    ('compare undo') verbs=() own=() ;;
    ('compare redo') verbs=() own=() ;;
    ('compare start') verbs=() own=(
        '--top10:the best ten first, rather than an order of all'
    ) ;;
    ('compare ratings') verbs=() own=(
        '--limit:how many; 20 unless given'
        '--profile:whose, by id or name; this machine'\''s profile unless given'
        '--household:what all profiles together think'
    ) ;;
    ('playlist') verbs=(
        'list:List the playlists.'
        'show:Show what is in a playlist.'
        'create:Make a playlist.'
        'rename:Give a playlist another name.'
        'add:Put tracks into a playlist.'
        'remove:Take a track out of a playlist.'
        'move:Move a track to another place.'
        'delete:Delete a playlist; its tracks stay.'
        'export:Write a playlist as M3U8, for other players.'
        'import:Take in a playlist file, M3U8 or M3U.'
    ) own=() ;;
    ('playlist list') verbs=() own=() ;;
    ('playlist show') verbs=() own=() ;;
    ('playlist create') verbs=() own=() ;;
    ('playlist rename') verbs=() own=() ;;
    ('playlist add') verbs=() own=(
        '--at:at this place, 0 is the first; the end unless given'
    ) ;;
    ('playlist remove') verbs=() own=() ;;
    ('playlist move') verbs=() own=() ;;
    ('playlist delete') verbs=() own=() ;;
    ('playlist export') verbs=() own=(
        '--out:to this file instead of stdout'
    ) ;;
    ('playlist import') files=yes verbs=() own=(
        '--name:what to call it; what the file says, or the file'\''s name, unless given'
    ) ;;
    ('radio') verbs=(
        'list:List the stations.'
        'now:Show what a station plays, and what comes next.'
        'add:Make a station.'
        'remove:Take a station off the air for good.'
        'skip:Play the station'\''s next track now.'
        'url:Print the address of a station'\''s stream, for any player.'
    ) own=() ;;
    ('radio list') verbs=() own=() ;;
    ('radio now') verbs=() own=() ;;
    ('radio add') verbs=() own=(
        '--source:what it plays: all, starred, top, recent, album:ID, artist:ID, genre:NAME or playlist:ID (default all)'
        '--shuffle:mix the tracks, each time anew; else they play in their order'
        '--hours:on the air only at these hours, such as 06:00-22:30; may be given again'
    ) ;;
    ('radio remove') verbs=() own=() ;;
    ('radio skip') verbs=() own=() ;;
    ('radio url') verbs=() own=(
        '--new-key:make a new key first: addresses that were given away are worthless then'
    ) ;;
    ('devices') verbs=(
        'list:List the paired devices.'
        'rename:Give a device another name.'
        'revoke:Shut a device out; it has to pair again.'
        'profile:Give a device to a profile: its stars, plays and comparisons are that profile'\''s from then on.'
    ) own=() ;;
    ('devices list') verbs=() own=() ;;
    ('devices rename') verbs=() own=() ;;
    ('devices revoke') verbs=() own=() ;;
    ('devices profile') verbs=() own=() ;;
    ('profiles') verbs=(
        'list:List the profiles, with how many devices each has.'
        'new:Make a profile.'
        'rename:Give a profile another name.'
        'delete:Delete a profile that no device has, with all that it starred, heard and compared.'
    ) own=() ;;
    ('profiles list') verbs=() own=() ;;
    ('profiles new') verbs=() own=() ;;
    ('profiles rename') verbs=() own=() ;;
    ('profiles delete') verbs=() own=() ;;
    ('plays') verbs=(
        'recent:What was heard last, the latest first.'
        'top:What was heard most often.'
    ) own=() ;;
    ('plays recent') verbs=() own=(
        '--limit:how many; 20 unless given'
    ) ;;
    ('plays top') verbs=() own=(
        '--limit:how many; 20 unless given'
    ) ;;
    ('transfer') verbs=() own=(
        '--to:the device to go on on: its id, or its name'
        '--from:the device that plays now; the only one that does, unless given'
    ) ;;
    ('rooms') verbs=(
        'list:List the rooms.'
        'create:Make a room, with a queue of its own.'
        'rename:Give a room another name.'
        'delete:Delete a room in which nobody listens.'
    ) own=() ;;
    ('rooms list') verbs=() own=() ;;
    ('rooms create') verbs=() own=() ;;
    ('rooms rename') verbs=() own=() ;;
    ('rooms delete') verbs=() own=() ;;
    ('scan') verbs=() own=(
        '--forget-missing:take out what is missing, however much it is; without this, more than a tenth at once is kept'
    ) ;;
    ('doctor') files=yes verbs=() own=(
        '--restore:bring a backup back: the latest, or the file that is named'
        '--yes:do not ask'
    ) ;;
    ('backup') files=yes verbs=() own=() ;;
    ('export') verbs=() own=(
        '--state:only the session'\''s state'
        '--out:to this file instead of stdout'
    ) ;;
    ('log') verbs=(
        'list:List the latest entries.'
        'compact:Take out of the log what newer entries say as well. It happens by itself each night.'
    ) own=() ;;
    ('log list') verbs=() own=(
        '--limit:how many; 20 unless given'
    ) ;;
    ('log compact') verbs=() own=() ;;
    ('simulate') verbs=() own=(
        '--listeners:how many (default 20)'
        '--seconds:for how long, in seconds (default 30, if no minutes are given)'
        '--minutes:for how long, in minutes'
        '--rate:commands a second (default 2)'
        '--churn:mean seconds between two losses of a connection; never, if not given'
        '--tabs:sockets each listener opens (default 1)'
        '--seed:chance, as a number: the same seed makes the same plans'
        '--code:the pairing code, for an appliance on another machine'
    ) ;;
    ('completions') verbs=(
        'bash:a shell'
        'fish:a shell'
        'zsh:a shell'
    ) own=() ;;
    esac
    if [[ $PREFIX == -* ]]; then
        _describe -o option own -- everywhere
    elif [[ -n $files ]]; then
        _files
    else
        _describe verb verbs
    fi
}

if [[ $funcstack[1] == _hearken ]]; then
    _hearken "$@"
else
    compdef _hearken hearken
fi
