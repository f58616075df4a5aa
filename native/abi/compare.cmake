# cmake -DEMULATOR=<command|its|arguments> -DPROBE=<program> -DRECORDED=<file> -DPRINTED=<file>
#     [-DRECORD=ON] -P compare.cmake
#
# Runs the probe and compares what it prints with the recorded file, or records it.

string(REPLACE "|" ";" EMULATOR "${EMULATOR}")
execute_process(COMMAND ${EMULATOR} ${PROBE} OUTPUT_FILE ${PRINTED} RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "The probe failed: ${result}")
endif()

if(RECORD)
  file(COPY_FILE ${PRINTED} ${RECORDED})
  message(STATUS "Recorded ${RECORDED}")
  return()
endif()

execute_process(
  COMMAND ${CMAKE_COMMAND} -E compare_files ${PRINTED} ${RECORDED}
  RESULT_VARIABLE different)
if(different)
  message(FATAL_ERROR
    "The compiler sees other layouts or constants than those recorded:\n"
    "  compiler: ${PRINTED}\n"
    "  recorded: ${RECORDED}\n"
    "If the change is meant (a constant was added), build the target abi_record and run the tests "
    "of the Java library.")
endif()
