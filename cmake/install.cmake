# What is installed, and where. Packages (packaging/) go by this too, and set only the two directories that distributions differ in.
include(GNUInstallDirs)
set(OVHL_UNIT_DIR lib/systemd/system CACHE STRING "where the systemd unit goes")
set(OVHL_ZSH_DIR ${CMAKE_INSTALL_DATADIR}/zsh/site-functions CACHE STRING "where the completion for zsh goes")
set(share ${CMAKE_INSTALL_DATADIR}/ovh-licensed)

# installed(FILE WHAT BECOMES): FILE with one text in it replaced, in the build directory's installed/.
function(installed file what becomes)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${file})
  file(READ ${PROJECT_SOURCE_DIR}/${file} text)
  string(REPLACE "${what}" "${becomes}" text "${text}")
  cmake_path(GET file FILENAME name)
  file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/installed/${name} CONTENT "${text}")
endfunction()

install(TARGETS ovh-licensed RUNTIME)

# The service, with the place of the program.
installed(systemd/ovh-licensed.service /usr/bin/ovh-licensed ${CMAKE_INSTALL_FULL_BINDIR}/ovh-licensed)
install(FILES ${PROJECT_BINARY_DIR}/installed/ovh-licensed.service DESTINATION ${OVHL_UNIT_DIR})
install(FILES systemd/ovh-licensed.sysusers DESTINATION lib/sysusers.d RENAME ovh-licensed.conf)
install(FILES systemd/ovh-licensed.tmpfiles DESTINATION lib/tmpfiles.d RENAME ovh-licensed.conf)

# The configuration, in /etc wherever the program is, for that is where it looks. It names the schemas where editors find them. What is
# there already is the administrator's, and stays as it is.
foreach(name config policy)
  installed(config/${name}.yaml "$schema=${name}.schema.json" "$schema=${CMAKE_INSTALL_FULL_DATADIR}/ovh-licensed/${name}.schema.json")
  install(CODE "
    if(EXISTS \"\$ENV{DESTDIR}/etc/ovh-licensed/${name}.yaml\")
      message(STATUS \"Left as it is: \$ENV{DESTDIR}/etc/ovh-licensed/${name}.yaml\")
    else()
      file(INSTALL \"${PROJECT_BINARY_DIR}/installed/${name}.yaml\" DESTINATION /etc/ovh-licensed)
    endif()")
endforeach()
install(DIRECTORY config/ DESTINATION ${share} FILES_MATCHING PATTERN "*.schema.json")
install(FILES config/policy-default.yaml DESTINATION ${share}) # to read: the program has it built in

# The manual, and completions.
install(FILES packaging/man/ovh-licensed.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES packaging/man/ovh-licensed.yaml.5 packaging/man/ovh-licensed-policy.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES packaging/completions/ovh-licensed.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME ovh-licensed)
install(FILES packaging/completions/_ovh-licensed DESTINATION ${OVHL_ZSH_DIR})
install(FILES packaging/completions/ovh-licensed.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

# For the monitoring.
# The page that alerts lead to can be served where those who are woken can open it.
set(OVHL_RUNBOOK_URL file://${CMAKE_INSTALL_FULL_DATADIR}/ovh-licensed/prometheus CACHE STRING "where alerts.md is, as alerts name it")
installed(packaging/prometheus/ovh-licensed.rules.yaml file:///usr/share/ovh-licensed/prometheus ${OVHL_RUNBOOK_URL})
install(FILES ${PROJECT_BINARY_DIR}/installed/ovh-licensed.rules.yaml packaging/prometheus/alerts.md DESTINATION ${share}/prometheus)
install(FILES packaging/grafana/ovh-licensed.json DESTINATION ${share}/grafana)
install(FILES packaging/icinga/ovh-licensed.conf DESTINATION ${share}/icinga)
