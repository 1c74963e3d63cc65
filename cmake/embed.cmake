# Turns data files into one source file whose function FUNCTION (such as rig::register_builtin_files) registers their
# texts under "builtin:<path>":  rig_embed(<result variable> <function> <file>...)
function(rig_embed result function)
  string(REGEX REPLACE ".*::" "" name ${function})
  set(output ${CMAKE_BINARY_DIR}/generated/${name}.cpp)
  set(inputs ${ARGN})
  list(TRANSFORM inputs PREPEND ${PROJECT_SOURCE_DIR}/)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DROOT=${PROJECT_SOURCE_DIR} -DFUNCTION=${function} "-DFILES=${ARGN}"
            -P ${PROJECT_SOURCE_DIR}/cmake/embed_script.cmake
    DEPENDS ${inputs} ${PROJECT_SOURCE_DIR}/cmake/embed_script.cmake
    VERBATIM)
  set(${result} ${output} PARENT_SCOPE)
endfunction()
