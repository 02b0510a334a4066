// Stands in for the program under its own unit and tries what the sandbox must not let it do: a
// line for each attempt, "what: how it ended". The check compares them all.
#include <dirent.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <string>
#include <string_view>

namespace {

void line(const std::string& what, std::string_view how) {
  std::printf("%s: %.*s\n", what.c_str(), static_cast<int>(how.size()), how.data());
}
void tried(const std::string& what, bool done) {
  const int code = errno;
  line(what, done ? "done" : ::strerrorname_np(code));
}

void write_in(const std::string& folder) {
  const std::string file = folder + "/probe";
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  tried("write in " + folder, fd >= 0);
  if (fd >= 0) ::unlink(file.c_str());
}
void open_to(const std::string& how, int flags, const std::string& file) {
  tried(how + " " + file, ::open(file.c_str(), flags | O_CLOEXEC) >= 0);
}

void socket_of(const std::string& name, int family, int type) {
  tried(name + " socket", ::socket(family, type | SOCK_CLOEXEC, 0) >= 0);
}

void execute(const std::string& name, const std::string& file) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::execl(file.c_str(), file.c_str(), static_cast<char*>(nullptr));
    ::_exit(errno);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  errno = WEXITSTATUS(status);
  tried("run " + name, false);
}

// An empty program; where it may not be run, nobody looks into it.
void execute_from(const std::string& folder) {
  const std::string program = folder + "/program";
  ::close(::open(program.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0700));
  execute("a program in " + folder, program);
  ::unlink(program.c_str());
}

std::string members(const char* folder, bool (*wanted)(std::string_view)) {
  DIR* const open = ::opendir(folder);
  if (open == nullptr) return ::strerrorname_np(errno);
  int count = 0;
  while (const dirent* entry = ::readdir(open))
    count += wanted(entry->d_name) ? 1 : 0;
  ::closedir(open);
  return std::to_string(count);
}

// "CapEff", "Seccomp", ...: as /proc/self/status has them.
void own_status(const std::string& key) {
  std::ifstream file("/proc/self/status");
  for (std::string text; std::getline(file, text);)
    if (text.starts_with(key + ":"))
      line(key, text.substr(text.find_first_not_of(" \t", key.size() + 1)));
}

void files(const std::string& state) {
  for (const char* folder : {"/", "/etc", "/etc/ovh-licensed", "/usr/bin", "/var", "/var/lib",
                             "/var/log", "/srv", "/opt", "/run", "/dev", "/dev/shm", "/dev/mqueue",
                             "/sys/fs/cgroup", "/var/lib/prometheus/node-exporter"})
    write_in(folder);
  for (const std::string& folder : {state, std::string("/run/ovh-licensed"), std::string("/tmp")})
    write_in(folder);
  open_to("write", O_WRONLY, "/proc/sys/kernel/core_pattern");
  open_to("read", O_RDONLY, "/etc/ovh.conf");
  open_to("read", O_RDONLY, "/run/credentials/ovh-licensed.service/ovh.conf");
  open_to("write", O_WRONLY, "/run/credentials/ovh-licensed.service/ovh.conf");
  open_to("read", O_RDONLY, "/dev/kmsg");
  open_to("read", O_RDONLY, "/dev/mem");
  line("seen in /home", members("/home", [](std::string_view n) { return !n.starts_with('.'); }));
  line("seen in /root", members("/root", [](std::string_view n) { return n != "." && n != ".."; }));
  line("seen in /tmp", members("/tmp", [](std::string_view n) { return n != "." && n != ".."; }));
  line("processes seen", members("/proc", [](std::string_view n) {
         return std::all_of(n.begin(), n.end(), [](char c) { return c >= '0' && c <= '9'; });
       }));
}

void network() {
  socket_of("IPv4", AF_INET, SOCK_STREAM);
  socket_of("IPv6", AF_INET6, SOCK_STREAM);
  socket_of("Unix", AF_UNIX, SOCK_DGRAM);
  socket_of("raw IPv4", AF_INET, SOCK_RAW);
  socket_of("packet", AF_PACKET, SOCK_DGRAM);
  socket_of("netlink", AF_NETLINK, SOCK_RAW);
  socket_of("kernel crypto", AF_ALG, SOCK_SEQPACKET);
  socket_of("virtual machine", AF_VSOCK, SOCK_STREAM);
  socket_of("bluetooth", AF_BLUETOOTH, SOCK_RAW);
}

void rights(const std::string& state) {
  for (const char* key :
       {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp"})
    own_status(key);
  tried("become root", ::setuid(0) == 0);
  const std::string program = state + "/program";
  const int fd = ::open(program.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
  tried("set-user-ID", ::fchmod(fd, 04755) == 0);
  ::close(fd);
  ::unlink(program.c_str());
  for (const char* folder : {"/var/lib/ovh-licensed", "/run/ovh-licensed", "/tmp", "/var/tmp"})
    execute_from(folder);
  execute("a shell", "/bin/sh");
  tried("memory to write and execute", ::mmap(nullptr, 4096, PROT_WRITE | PROT_EXEC,
                                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
  tried("user namespace", ::unshare(CLONE_NEWUSER) == 0);
  tried("mount", ::mount("tmpfs", "/tmp", "tmpfs", 0, nullptr) == 0);
  tried("change root", ::chroot("/tmp") == 0);
  tried("trace another", ::ptrace(PTRACE_ATTACH, 1, nullptr, nullptr) == 0);
  tried("signal another", ::kill(1, 0) == 0);
  tried("another personality", ::personality(ADDR_NO_RANDOMIZE) >= 0);
  const timespec now{std::time(nullptr), 0};
  tried("set the clock", ::clock_settime(CLOCK_REALTIME, &now) == 0);
  tried("name the host", ::sethostname("probe", 5) == 0);
  tried("real time", [] {
    const sched_param most{1};
    return ::sched_setscheduler(0, SCHED_FIFO, &most) == 0;
  }());
  tried("load a module", ::syscall(SYS_init_module, nullptr, 0, "") == 0);
  tried("bpf", ::syscall(SYS_bpf, 0, nullptr, 0) >= 0);
  tried("keyring", ::syscall(SYS_add_key, "user", "probe", "x", 1, -3) >= 0);
  tried("swap", ::swapoff("/dev/zero") == 0);
  tried("reboot", ::reboot(RB_DISABLE_CAD) == 0);
  rlimit core{1, 1};
  ::getrlimit(RLIMIT_CORE, &core);
  line("largest core", std::to_string(core.rlim_max));
}

} // namespace

int main() {
  const std::string state = "/var/lib/ovh-licensed";
  files(state);
  network();
  rights(state);
  line("the end", "done");
  return 0;
}
