# fish completion of ovh-licensed. tests/manual compares it with the program's own options.

set -l commands run check reload plan apply explain test status history verify login help version

# VMs or accounts that the status file names; silent without one.
function __ovh_licensed_known
    set --local line (commandline -opc)
    set --local config
    if set --local at (contains -i -- -c $line; or contains -i -- --config $line)
        set config -c $line[(math $at + 1)]
    end
    command $line[1] $config status --format json 2>/dev/null | sed -n $argv[1]
end
function __ovh_licensed_vms
    __ovh_licensed_known 's/.*"vm_id": [0-9]*, "name": "\([^"\\\\]*\)".*/\1/p'
end
function __ovh_licensed_accounts
    __ovh_licensed_known 's/.*{"account": "\([^"\\\\]*\)", "credential_expires_at".*/\1/p'
end

complete -c ovh-licensed -f
complete -c ovh-licensed -s c -l config -r -k -a '(__fish_complete_suffix .yaml)' -d 'configuration file'
complete -c ovh-licensed -s h -l help -d 'show help'
complete -c ovh-licensed -n "not __fish_seen_subcommand_from $commands" -l version -d 'show the version'

complete -c ovh-licensed -n "not __fish_seen_subcommand_from $commands" -a run -d 'run the daemon'
complete -c ovh-licensed -n "not __fish_seen_subcommand_from $commands" -a check -d 'check configuration and policy'
complete -c ovh-licensed -n "not __fish_seen_subcommand_from $commands" -a reload -d 'make the daemon reload its files'
complete -c ovh-licensed -n "not __fish_seen_subcommand_from $commands" -a plan -d 'poll once and show every correction that is due'
complete -c ovh-licensed -n "not __fish_seen_subcommand_from $commands" -a apply -d 'poll once and correct what the policy allows'
complete -c ovh-licensed -n "not __fish_seen_subcommand_from $commands" -a explain -d 'show why a VM got its verdict'
complete -c ovh-licensed -n "not __fish_seen_subcommand_from $commands" -a test -d 'test a file of examples against the policy'
complete -c ovh-licensed -n "not __fish_seen_subcommand_from $commands" -a status -d 'show the status of the daemon'
complete -c ovh-licensed -n "not __fish_seen_subcommand_from $commands" -a history -d 'show the history of a VM or of everything'
complete -c ovh-licensed -n "not __fish_seen_subcommand_from $commands" -a verify -d 'check the ledger'
complete -c ovh-licensed -n "not __fish_seen_subcommand_from $commands" -a login -d 'request a consumer key from OVHcloud'
complete -c ovh-licensed -n "not __fish_seen_subcommand_from $commands" -a help -d 'show help for the program or a command'
complete -c ovh-licensed -n "not __fish_seen_subcommand_from $commands" -a version -d 'show the version'

complete -c ovh-licensed -n '__fish_seen_subcommand_from check' -l online -d 'also try the credentials'
complete -c ovh-licensed -n '__fish_seen_subcommand_from plan' -l format -x -a 'table json csv' -d 'output format'
complete -c ovh-licensed -n '__fish_seen_subcommand_from plan' -l json -d 'short for --format json'
complete -c ovh-licensed -n '__fish_seen_subcommand_from plan' -l out -r -F -d 'write the plan to this file as well'
complete -c ovh-licensed -n '__fish_seen_subcommand_from plan' -l rows -d 'list the VMs below their causes'
complete -c ovh-licensed -n '__fish_seen_subcommand_from plan' -l verdict -x -a 'missing wrong superfluous exempt review mismatch managed' -d 'only VMs with this verdict'
complete -c ovh-licensed -n '__fish_seen_subcommand_from plan' -l rule -x -d 'only VMs that this rule decided'
complete -c ovh-licensed -n '__fish_seen_subcommand_from plan' -l service -x -d 'only VMs of this service'
complete -c ovh-licensed -n '__fish_seen_subcommand_from plan' -l datacenter -x -d 'only VMs of this datacenter'
complete -c ovh-licensed -n '__fish_seen_subcommand_from plan' -l limit -x -d 'list at most this many VMs'
complete -c ovh-licensed -n '__fish_seen_subcommand_from apply' -l plan -r -k -a '(__fish_complete_suffix .json)' -d 'make exactly the corrections of this file'
complete -c ovh-licensed -n '__fish_seen_subcommand_from apply' -l old -d 'apply the plan even if it is older than 7 days'
complete -c ovh-licensed -n '__fish_seen_subcommand_from plan' -l show -r -k -a '(__fish_complete_suffix .json)' -d 'show this plan file'
complete -c ovh-licensed -n '__fish_seen_subcommand_from apply' -l vm -x -a '(__ovh_licensed_vms)' -d 'only this VM'
complete -c ovh-licensed -n '__fish_seen_subcommand_from apply' -l only -x -a 'declare replace remove' -d 'only corrections of this kind'
complete -c ovh-licensed -n '__fish_seen_subcommand_from apply' -l yes -d 'do not ask for confirmation'
complete -c ovh-licensed -n '__fish_seen_subcommand_from test' -k -a '(__fish_complete_suffix .yaml)'
complete -c ovh-licensed -n '__fish_seen_subcommand_from status' -l format -x -a 'text json csv icinga' -d 'output format'
complete -c ovh-licensed -n '__fish_seen_subcommand_from status' -l strict -d 'with --format icinga: warn about what the mode only reports'
complete -c ovh-licensed -n '__fish_seen_subcommand_from status' -l json -d 'short for --format json'
complete -c ovh-licensed -n '__fish_seen_subcommand_from status' -l rows -d 'list the VMs under each cause'
complete -c ovh-licensed -n '__fish_seen_subcommand_from status' -l verdict -x -a 'missing wrong superfluous exempt review mismatch managed' -d 'only VMs with this verdict'
complete -c ovh-licensed -n '__fish_seen_subcommand_from status' -l rule -x -d 'only VMs that this rule decided'
complete -c ovh-licensed -n '__fish_seen_subcommand_from status' -l service -x -d 'only VMs of this service'
complete -c ovh-licensed -n '__fish_seen_subcommand_from status' -l datacenter -x -d 'only VMs of this datacenter'
complete -c ovh-licensed -n '__fish_seen_subcommand_from status' -l limit -x -d 'list at most this many VMs'
complete -c ovh-licensed -n '__fish_seen_subcommand_from history' -l since -x -d 'leave out what ended before'
complete -c ovh-licensed -n '__fish_seen_subcommand_from history' -l limit -x -d 'at most this many events, the newest'
complete -c ovh-licensed -n '__fish_seen_subcommand_from history' -l format -x -a 'table json' -d 'output format'
complete -c ovh-licensed -n '__fish_seen_subcommand_from history' -l json -d 'short for --format json'
complete -c ovh-licensed -n '__fish_seen_subcommand_from explain' -a '(__ovh_licensed_vms)'
complete -c ovh-licensed -n '__fish_seen_subcommand_from history' -a '(__ovh_licensed_vms)'
complete -c ovh-licensed -n '__fish_seen_subcommand_from help' -a 'run check reload plan apply explain test status history verify login'
complete -c ovh-licensed -n '__fish_seen_subcommand_from login' -l account -x -a '(__ovh_licensed_accounts)' -d 'account name'
complete -c ovh-licensed -n '__fish_seen_subcommand_from login' -l read-only -d 'request no right to change anything'
complete -c ovh-licensed -n '__fish_seen_subcommand_from login' -l corrections -d 'also request the rights to set and remove licenses'
complete -c ovh-licensed -n '__fish_seen_subcommand_from login' -l renewals -d 'also request the rights to renew services'
complete -c ovh-licensed -n '__fish_seen_subcommand_from login' -l file -r -F -d 'file to write'
