// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/net/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <array>
#include <boost/asio/ssl/context.hpp>
#include <string_view>

namespace stadtbuch::net {
namespace {

int select_alpn(SSL* /*ssl*/, const unsigned char** out, unsigned char* out_size,
                const unsigned char* in, unsigned int in_size, void* /*unused*/) {
    static constexpr std::array<unsigned char, 9> ours = {8,   'h', 't', 't', 'p',
                                                          '/', '1', '.', '1'};
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, out_size, ours.data(), ours.size(), in, in_size) !=
        OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_NOACK;
    }
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

void append_stamp(std::string& stamp, const std::string& path) {
    struct stat status {};

    if (stat(path.c_str(), &status) != 0) {
        stamp += "missing;";
        return;
    }
    for (const auto part :
         {static_cast<long long>(status.st_ino), static_cast<long long>(status.st_size),
          static_cast<long long>(status.st_mtim.tv_sec),
          static_cast<long long>(status.st_mtim.tv_nsec)}) {
        stamp += std::to_string(part) + ";";
    }
}

}  // namespace

std::string take_openssl_error() {
    std::string text = "unknown error";
    while (const unsigned long code = ERR_get_error()) {
        std::array<char, 256> line{};
        ERR_error_string_n(code, line.data(), line.size());
        text = line.data();
    }
    return text;
}

Result<std::shared_ptr<boost::asio::ssl::context>, Error> load_server_tls(const TlsFiles& files) {
    auto context =
        std::make_shared<boost::asio::ssl::context>(boost::asio::ssl::context::tls_server);
    SSL_CTX* native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                    SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20");
    SSL_CTX_set_alpn_select_cb(native, select_alpn, nullptr);
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(native, files.certificate_chain.c_str()) != 1) {
        return Failure{Error{"SB-3111", "certificate not readable: " + take_openssl_error(),
                             files.certificate_chain,
                             "Give a PEM file with the server's certificate first."}};
    }
    // OpenSSL compares the key with the certificate while loading it.
    if (SSL_CTX_use_PrivateKey_file(native, files.private_key.c_str(), SSL_FILETYPE_PEM) != 1) {
        const unsigned long code = ERR_peek_last_error();
        const bool mismatch = ERR_GET_LIB(code) == ERR_LIB_X509 &&
                              (ERR_GET_REASON(code) == X509_R_KEY_VALUES_MISMATCH ||
                               ERR_GET_REASON(code) == X509_R_KEY_TYPE_MISMATCH);
        const std::string text = take_openssl_error();
        if (mismatch) {
            return Failure{Error{"SB-3112", "the private key does not belong to the certificate",
                                 files.private_key, "Give the key the certificate was made for."}};
        }
        return Failure{Error{"SB-3111", "private key not readable: " + text, files.private_key,
                             "Give a PEM file with the key, readable by this user."}};
    }
    if (SSL_CTX_check_private_key(native) != 1) {
        return Failure{Error{"SB-3112", "the private key does not belong to the certificate",
                             files.private_key, "Give the key the certificate was made for."}};
    }
    return context;
}

std::string tls_files_stamp(const TlsFiles& files) {
    std::string stamp;
    append_stamp(stamp, files.certificate_chain);
    append_stamp(stamp, files.private_key);
    return stamp;
}

}  // namespace stadtbuch::net
