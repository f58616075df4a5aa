# A wrong command line is reported in one line on standard error and by exit status 2, the same on
# every operating system:
#
#   cmake -DCOMMAND=<program, with an emulator before it> -P usage.cmake

function(expect arguments words)
  execute_process(COMMAND ${COMMAND} ${arguments} TIMEOUT 60
    RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE error)
  string(REGEX REPLACE "[\r\n]+$" "" error "${error}")
  if(NOT status EQUAL 2 OR NOT output STREQUAL "" OR error MATCHES "\n"
      OR NOT error MATCHES "^sluice_baseline_[a-z]+(\\.exe)?: ${words}$")
    message(FATAL_ERROR "${arguments}: status ${status}, output '${output}', error '${error}'")
  endif()
endfunction()

expect("--speed;3" "unknown option --speed \\(use --port N, --address A, --task T\\)")
expect("--port" "--port needs a value")
expect("--port;1;--task" "--task needs a value")
foreach(port 65536 -1 1x)
  expect("--port;${port}" "--port ${port}: not a port \\(0 to 65535\\)")
endforeach()
expect("--port;+1" "--port \\+1: not a port \\(0 to 65535\\)")
expect("--address;nowhere.example" "--address nowhere.example: not an IPv4 or IPv6 address")
expect("--task;sing" "--task sing: use echo, receive, send, fan-out, proxy, udp, udp-bulk, file, request")
expect("--sockets;0" "--sockets 0: use 1 to 1000")
foreach(backend 127.0.0.1 127.0.0.1:0 :80 nowhere.example:80)
  expect("--backend;${backend}" "--backend ${backend}: not ADDRESS:PORT")
endforeach()
expect("--idle;-1" "--idle -1: not a number of milliseconds")
