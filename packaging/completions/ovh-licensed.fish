# fish completion of ovh-licensed. tests/manual compares it with the program's own options.

set -l commands run check plan apply explain test status verify login

complete -c ovh-licensed -f
complete -c ovh-licensed -s c -l config -r -k -a '(__fish_complete_suffix .yaml)' -d 'configuration file'
complete -c ovh-licensed -s h -l help -d 'say how it is used'
complete -c ovh-licensed -n "not __fish_seen_subcommand_from $commands" -l version -d 'say which version this is'

complete -c ovh-licensed -n "not __fish_seen_subcommand_from $commands" -a run -d 'the daemon'
complete -c ovh-licensed -n "not __fish_seen_subcommand_from $commands" -a check -d 'say what is wrong with configuration and policy'
complete -c ovh-licensed -n "not __fish_seen_subcommand_from $commands" -a plan -d 'look once and show every correction that is due'
complete -c ovh-licensed -n "not __fish_seen_subcommand_from $commands" -a apply -d 'look once and correct what the policy allows'
complete -c ovh-licensed -n "not __fish_seen_subcommand_from $commands" -a explain -d 'show how one VM comes to its verdict'
complete -c ovh-licensed -n "not __fish_seen_subcommand_from $commands" -a test -d 'try a file of examples against the policy'
complete -c ovh-licensed -n "not __fish_seen_subcommand_from $commands" -a status -d 'show the status file of the daemon'
complete -c ovh-licensed -n "not __fish_seen_subcommand_from $commands" -a verify -d 'check the ledger'
complete -c ovh-licensed -n "not __fish_seen_subcommand_from $commands" -a login -d 'ask OVHcloud for a consumer key'

complete -c ovh-licensed -n '__fish_seen_subcommand_from check' -l online -d 'also try the credentials'
complete -c ovh-licensed -n '__fish_seen_subcommand_from plan' -l format -x -a 'table json' -d 'how to show it'
complete -c ovh-licensed -n '__fish_seen_subcommand_from plan' -l out -r -F -d 'write the plan to this file as well'
complete -c ovh-licensed -n '__fish_seen_subcommand_from apply' -l plan -r -k -a '(__fish_complete_suffix .json)' -d 'make exactly the corrections of this file'
complete -c ovh-licensed -n '__fish_seen_subcommand_from apply' -l old -d 'apply the plan although it is older than 7 days'
complete -c ovh-licensed -n '__fish_seen_subcommand_from apply' -l yes -d 'do not ask'
complete -c ovh-licensed -n '__fish_seen_subcommand_from test' -k -a '(__fish_complete_suffix .yaml)'
complete -c ovh-licensed -n '__fish_seen_subcommand_from status' -l format -x -a 'text json csv icinga' -d 'how to show it'
complete -c ovh-licensed -n '__fish_seen_subcommand_from status' -l rows -d 'list the VMs below their causes'
complete -c ovh-licensed -n '__fish_seen_subcommand_from status' -l verdict -x -a 'missing wrong superfluous exempt review mismatch managed' -d 'only VMs with this verdict'
complete -c ovh-licensed -n '__fish_seen_subcommand_from status' -l rule -x -d 'only VMs that this rule decided'
complete -c ovh-licensed -n '__fish_seen_subcommand_from status' -l service -x -d 'only VMs of this service'
complete -c ovh-licensed -n '__fish_seen_subcommand_from status' -l datacenter -x -d 'only VMs of this datacenter'
complete -c ovh-licensed -n '__fish_seen_subcommand_from status' -l limit -x -d 'list at most this many VMs'
complete -c ovh-licensed -n '__fish_seen_subcommand_from login' -l account -x -d 'which account'
complete -c ovh-licensed -n '__fish_seen_subcommand_from login' -l read-only -d 'ask for no right to change anything'
complete -c ovh-licensed -n '__fish_seen_subcommand_from login' -l corrections -d 'also ask for the rights to set and remove licenses'
complete -c ovh-licensed -n '__fish_seen_subcommand_from login' -l renewals -d 'also ask for the rights to renew services'
complete -c ovh-licensed -n '__fish_seen_subcommand_from login' -l file -r -F -d 'write this file'
