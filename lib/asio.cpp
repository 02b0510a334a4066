// The compiled bodies of Asio and Beast, once for the whole program (see cmake/parts.cmake).
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
