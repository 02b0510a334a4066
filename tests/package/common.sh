# For the tests of packages: sourced, with the folder of ./dev package as the script's first argument.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(realpath "$here/../..")
packages=$(realpath "${1:?where are the packages?}")
deb=$(ls "$packages"/ovh-licensed_*.deb)
rpm=$(ls "$packages"/ovh-licensed-*.rpm)
. "$here/facts.sh"
