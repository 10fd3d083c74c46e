using System.Buffers.Binary;
using System.Data;

using Dapper;

using KeyBroker.Storage;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Vault;

/// <summary>The key hierarchy in the database: written once, whole, at the first start.</summary>
internal sealed class HierarchyStore(Database database)
{
    private const string SrkHandle = "srk-handle";
    private const string SrkPublic = "srk-public";
    private const string SrkName = "srk-name";
    private const string Authority = "fleet-authority";
    private const string AuthorityPrivate = "fleet-authority-private";
    private const string AttestationKeyName = "ak-name";
    private const string Mac = "hierarchy-mac";
    private const string Local = "local-storage";
    private const string Fleet = "fleet-storage";
    private const string Root = "root";

    /// <summary>Null before the first start is complete.</summary>
    /// <exception cref="StoreIntegrityException">Something of it is missing, or keys exist without it.</exception>
    public (HierarchyRecord Record, byte[] Mac)? Load() => database.Read<(HierarchyRecord, byte[])?>(connection =>
    {
        if (Find(connection, SrkHandle) is null)
        {
            RefuseOrphans(connection);
            return null;
        }

        return (Read(connection), Value(connection, Mac));
    });

    public Task<bool> SaveAsync(HierarchyRecord record, byte[] mac, CancellationToken cancellation) =>
        database.WriteAsync(
            transaction =>
            {
                var handle = new byte[sizeof(uint)];
                BinaryPrimitives.WriteUInt32BigEndian(handle, record.SrkHandle.Value);
                Insert(transaction, SrkHandle, handle);
                Insert(transaction, SrkPublic, record.SrkPublic.ToBytes());
                Insert(transaction, SrkName, record.SrkPublic.Name.Bytes.ToArray());
                Insert(transaction, Authority, record.Authority.ToBytes());
                Insert(transaction, AuthorityPrivate, record.AuthorityPrivate);
                Insert(transaction, AttestationKeyName, record.AttestationKeyName);
                Insert(transaction, Mac, mac);
                Insert(transaction, Local, record.Local);
                Insert(transaction, Fleet, record.Fleet);
                Insert(transaction, Root, record.Root);
                return true;
            },
            cancellation);

    private static HierarchyRecord Read(IDbConnection connection)
    {
        var record = new HierarchyRecord
        {
            SrkHandle = new TpmHandle(BinaryPrimitives.ReadUInt32BigEndian(Value(connection, SrkHandle))),
            SrkPublic = TpmPublic.Parse(Value(connection, SrkPublic)),
            Local = Object(connection, Local),
            Fleet = Object(connection, Fleet),
            Root = Object(connection, Root),
            Authority = TpmPublic.Parse(Value(connection, Authority)),
            AuthorityPrivate = Value(connection, AuthorityPrivate),
            AttestationKeyName = Value(connection, AttestationKeyName),
        };
        return record.SrkPublic.Name.Bytes.Span.SequenceEqual(Value(connection, SrkName))
            ? record
            : throw new StoreIntegrityException("the pinned storage root key does not match its name");
    }

    /// <summary>Keys without a hierarchy are of a TPM that nobody remembers: a new one must not take them over.</summary>
    private static void RefuseOrphans(IDbConnection connection)
    {
        var count = connection.ExecuteScalar<long>(
            "SELECT (SELECT COUNT(*) FROM keys) + (SELECT COUNT(*) FROM secrets) + (SELECT COUNT(*) FROM machines)");
        if (count > 0)
        {
            throw new StoreIntegrityException("the store holds keys, but not the hierarchy they belong to");
        }
    }

    private static byte[]? Find(IDbConnection connection, string name) => connection.QuerySingleOrDefault<byte[]>(
        "SELECT value FROM meta WHERE name = @name", new { name });

    private static byte[] Value(IDbConnection connection, string name) =>
        Find(connection, name) ?? throw new StoreIntegrityException($"the store lacks its {name}");

    private static SealedObject Object(IDbConnection connection, string name)
    {
        var row = connection.QuerySingleOrDefault<TpmObjectRow>(
            """
            SELECT public AS Public, private AS Private, creation_data AS CreationData,
                creation_hash AS CreationHash, creation_ticket AS CreationTicket
            FROM tpm_objects WHERE name = @name
            """,
            new { name });
        return row?.ToObject() ?? throw new StoreIntegrityException($"the store lacks its {name} key");
    }

    private static void Insert(WriteTransaction transaction, string name, byte[] value) =>
        transaction.Connection.Execute(
            "INSERT INTO meta (name, value) VALUES (@name, @value)", new { name, value }, transaction.Transaction);

    private static void Insert(WriteTransaction transaction, string name, SealedObject made) =>
        transaction.Connection.Execute(
            """
            INSERT INTO tpm_objects (name, public, private, creation_data, creation_hash, creation_ticket)
            VALUES (@name, @Public, @Private, @CreationData, @CreationHash, @CreationTicket)
            """,
            new { name, made.Public, made.Private, made.CreationData, made.CreationHash, made.CreationTicket },
            transaction.Transaction);
}
