/* The encrypted-session commands of a broker's day through the Enhanced System API of tpm2-tss. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <tss2/tss2_esys.h>
#include <tss2/tss2_tctildr.h>

#define SECONDS 3.0

static ESYS_CONTEXT *esys;
static ESYS_TR root, session;
static TPM2B_SENSITIVE_CREATE no_secret;
static TPM2B_DATA no_data;
static TPML_PCR_SELECTION no_pcrs;

static void check(const char *what, TSS2_RC rc)
{
    if (rc != TSS2_RC_SUCCESS) {
        fprintf(stderr, "%s: 0x%x\n", what, rc);
        exit(1);
    }
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void measure(const char *name, void (*work)(void))
{
    work();
    double start = now();
    int times = 0;
    for (; now() - start < SECONDS; times++)
        work();
    printf("%-28s %-18s %9s %11.1f\n", name, "salted, encrypted", "ESAPI", (now() - start) * 1e6 / times);
}

static TPM2B_PUBLIC ecc(TPMA_OBJECT attributes, int is_storage)
{
    TPM2B_PUBLIC area = { 0 };
    area.publicArea.type = TPM2_ALG_ECC;
    area.publicArea.nameAlg = TPM2_ALG_SHA256;
    area.publicArea.objectAttributes = attributes | TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT
        | TPMA_OBJECT_SENSITIVEDATAORIGIN | TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_NODA;
    TPMS_ECC_PARMS *p = &area.publicArea.parameters.eccDetail;
    p->symmetric.algorithm = is_storage ? TPM2_ALG_AES : TPM2_ALG_NULL;
    p->symmetric.keyBits.aes = 128;
    p->symmetric.mode.aes = TPM2_ALG_CFB;
    p->scheme.scheme = is_storage ? TPM2_ALG_NULL : TPM2_ALG_ECDSA;
    p->scheme.details.ecdsa.hashAlg = TPM2_ALG_SHA256;
    p->curveID = TPM2_ECC_NIST_P256;
    p->kdf.scheme = TPM2_ALG_NULL;
    return area;
}

static TPM2B_PRIVATE *private_part;
static TPM2B_PUBLIC *public_part;
static ESYS_TR key;

static void create(const TPM2B_PUBLIC *template, const TPM2B_SENSITIVE_CREATE *secret)
{
    TPM2B_CREATION_DATA *data;
    TPM2B_DIGEST *hash;
    TPMT_TK_CREATION *ticket;
    check("Create", Esys_Create(esys, root, session, ESYS_TR_NONE, ESYS_TR_NONE, secret, template, &no_data, &no_pcrs,
        &private_part, &public_part, &data, &hash, &ticket));
    Esys_Free(data);
    Esys_Free(hash);
    Esys_Free(ticket);
}

static void load(void)
{
    check("Load", Esys_Load(esys, root, session, ESYS_TR_NONE, ESYS_TR_NONE, private_part, public_part, &key));
}

static void load_and_flush(void)
{
    load();
    check("FlushContext", Esys_FlushContext(esys, key));
}

static void unseal(void)
{
    TPM2B_SENSITIVE_DATA *data;
    check("Unseal", Esys_Unseal(esys, key, session, ESYS_TR_NONE, ESYS_TR_NONE, &data));
    Esys_Free(data);
}

static void sign(void)
{
    TPM2B_DIGEST digest = { .size = 32 };
    TPMT_SIG_SCHEME scheme = { .scheme = TPM2_ALG_NULL };
    TPMT_TK_HASHCHECK ticket = { .tag = TPM2_ST_HASHCHECK, .hierarchy = TPM2_RH_NULL };
    TPMT_SIGNATURE *signature;
    check("Sign", Esys_Sign(esys, key, session, ESYS_TR_NONE, ESYS_TR_NONE, &digest, &scheme, &ticket, &signature));
    Esys_Free(signature);
}

/* Esys clears nothing and refuses what cannot be encrypted: each command gets what it can have. */
static void encrypt(TPMA_SESSION directions)
{
    check("TRSess_SetAttributes", Esys_TRSess_SetAttributes(esys, session, TPMA_SESSION_CONTINUESESSION | directions, 0xFF));
}

static void start(void)
{
    TPM2B_PUBLIC template = ecc(TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_DECRYPT, 1);
    TPMT_SYM_DEF symmetric = { .algorithm = TPM2_ALG_AES, .keyBits = { .aes = 128 }, .mode = { .aes = TPM2_ALG_CFB } };
    check("CreatePrimary", Esys_CreatePrimary(esys, ESYS_TR_RH_OWNER, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
        &no_secret, &template, &no_data, &no_pcrs, &root, NULL, NULL, NULL, NULL));
    check("StartAuthSession", Esys_StartAuthSession(esys, root, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
        NULL, TPM2_SE_HMAC, &symmetric, TPM2_ALG_SHA256, &session));
}

int main(int argc, char **argv)
{
    TSS2_TCTI_CONTEXT *tcti;
    check("Tcti", Tss2_TctiLdr_Initialize(argc > 1 ? argv[1] : NULL, &tcti));
    check("Initialize", Esys_Initialize(&esys, tcti, NULL));
    start();

    TPM2B_PUBLIC signing = ecc(TPMA_OBJECT_SIGN_ENCRYPT, 0);
    encrypt(TPMA_SESSION_DECRYPT | TPMA_SESSION_ENCRYPT);
    create(&signing, &no_secret);
    measure("Load, FlushContext", load_and_flush);
    load();
    encrypt(TPMA_SESSION_DECRYPT);
    measure("Sign (ECC P-256)", sign);
    check("FlushContext", Esys_FlushContext(esys, key));

    TPM2B_PUBLIC blob = { 0 };
    blob.publicArea.type = TPM2_ALG_KEYEDHASH;
    blob.publicArea.nameAlg = TPM2_ALG_SHA256;
    blob.publicArea.objectAttributes = TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT | TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_NODA;
    blob.publicArea.parameters.keyedHashDetail.scheme.scheme = TPM2_ALG_NULL;
    TPM2B_SENSITIVE_CREATE secret = { .sensitive = { .data = { .size = 32 } } };
    encrypt(TPMA_SESSION_DECRYPT | TPMA_SESSION_ENCRYPT);
    create(&blob, &secret);
    load();
    encrypt(TPMA_SESSION_ENCRYPT);
    measure("Unseal (32 bytes)", unseal);
    return 0;
}
