# Outside libraries, all of them Debian packages. scripts/packages lists the same ones.
find_package(tl-expected REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(Boost 1.74 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Threads REQUIRED)
