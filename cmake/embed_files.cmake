# Run by a build step: writes FILES (with | between them) as the C++ source OUTPUT, so that the program needs none of them.
# TEMPLATE says how; @ENTRIES@ becomes a line of {name, text} for each file.
string(REPLACE "|" ";" files "${FILES}")
set(ENTRIES "")
foreach(file IN LISTS files)
  get_filename_component(name "${file}" NAME)
  file(READ "${file}" text)
  string(APPEND ENTRIES "    {\"${name}\", R\"embedded(${text})embedded\"},\n")
endforeach()
configure_file("${TEMPLATE}" "${OUTPUT}" @ONLY)
