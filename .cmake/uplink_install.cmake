# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# What `cmake --install` installs: the headers, the package for find_package(uplink CONFIG [COMPONENTS tls]) and the files of
# pkg-config, all in the component uplink_development. The example client is the component uplink_client, which is
# installed only if it is named. No path in what is installed is absolute, unless OpenSSL's or Asio's targets have one:
# the folder may be moved.
include(CMakePackageConfigHelpers)
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME uplink_development)
set(uplink_package_dir ${CMAKE_INSTALL_DATADIR}/cmake/uplink)
set(uplink_flavour "standalone Asio")
if(UPLINK_USE_BOOST_ASIO)
    set(uplink_flavour "Boost.Asio")
    set(uplink_flavour_flag " -DUPLINK_USE_BOOST_ASIO")
endif()

install(TARGETS uplink EXPORT uplinkTargets FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT uplinkTargets NAMESPACE uplink:: DESTINATION ${uplink_package_dir})
if(uplink_has_tls)
    install(TARGETS uplink_tls EXPORT uplinkTlsTargets)
    install(EXPORT uplinkTlsTargets NAMESPACE uplink:: DESTINATION ${uplink_package_dir})
endif()
configure_package_config_file(.cmake/uplinkConfig.cmake.in uplinkConfig.cmake INSTALL_DESTINATION ${uplink_package_dir})
write_basic_package_version_file(uplinkConfigVersion.cmake COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/uplinkConfig.cmake" "${CMAKE_CURRENT_BINARY_DIR}/uplinkConfigVersion.cmake"
              .cmake/uplink_asio.cmake .cmake/uplink_openssl.cmake
        DESTINATION ${uplink_package_dir})

# pkg-config finds the folder by where its file is. The files do not name Asio, whose packages have one only since 1.23:
# its headers are expected where the compiler looks for them.
set(uplink_pc_prefix "${CMAKE_INSTALL_PREFIX}")
if(NOT IS_ABSOLUTE "${CMAKE_INSTALL_DATADIR}")
    file(RELATIVE_PATH uplink_pc_prefix "/${CMAKE_INSTALL_DATADIR}/pkgconfig" "/")
    string(REGEX REPLACE "/$" "" uplink_pc_prefix "\${pcfiledir}/${uplink_pc_prefix}")
endif()
set(uplink_pc_includedir "${CMAKE_INSTALL_INCLUDEDIR}")
if(NOT IS_ABSOLUTE "${CMAKE_INSTALL_INCLUDEDIR}")
    set(uplink_pc_includedir "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
endif()
set(uplink_pc_files uplink.pc)
if(uplink_has_tls)
    list(APPEND uplink_pc_files uplink-tls.pc)
endif()
foreach(file IN LISTS uplink_pc_files)
    configure_file(.cmake/${file}.in ${file} @ONLY)
    install(FILES "${CMAKE_CURRENT_BINARY_DIR}/${file}" DESTINATION ${CMAKE_INSTALL_DATADIR}/pkgconfig)
endforeach()
