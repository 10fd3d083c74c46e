using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Client;

/// <summary>Reads the tar stream of a backup and holds every part of it to its manifest.</summary>
public sealed class BackupReceiver
{
    private const string ManifestName = "manifest.json";
    private const int LongestManifest = 64 << 20;

    private readonly Func<string, Stream> _keep;
    private readonly Dictionary<string, string> _digests = new(StringComparer.Ordinal);
    private JsonObject? _manifest;

    /// <param name="keep">Opens where a part of this name is kept; the name is safe as a relative path.</param>
    public BackupReceiver(Func<string, Stream> keep) => _keep = keep;

    /// <summary>Reads the whole stream, to its very end.</summary>
    /// <returns>The manifest.</returns>
    /// <exception cref="BrokerAnswerException">It is not a whole backup.</exception>
    public async Task<JsonObject> ReceiveAsync(Stream source, CancellationToken cancellationToken)
    {
        try
        {
            await using var archive = new TarReader(source, leaveOpen: true);
            while (await archive.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                await TakeAsync(entry, cancellationToken);
            }

            await source.CopyToAsync(Stream.Null, cancellationToken); // What pads the archive belongs to it.
        }
        catch (Exception malformed) when (malformed is InvalidDataException or FormatException or JsonException)
        {
            throw new BrokerAnswerException($"the backup is malformed: {malformed.Message}");
        }

        return Checked();
    }

    private async Task TakeAsync(TarEntry entry, CancellationToken cancellationToken)
    {
        if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || !IsSafe(entry.Name))
        {
            throw new BrokerAnswerException("the backup holds something else than files");
        }

        var content = entry.DataStream ?? Stream.Null;
        if (entry.Name == ManifestName)
        {
            await TakeManifestAsync(content, entry.Length, cancellationToken);
            return;
        }

        await using var kept = _keep(entry.Name);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[81920];
        for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            hash.AppendData(buffer, 0, read);
            await kept.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        if (!_digests.TryAdd(entry.Name, Convert.ToHexStringLower(hash.GetHashAndReset())))
        {
            throw new BrokerAnswerException($"the backup holds '{entry.Name}' twice");
        }
    }

    private async Task TakeManifestAsync(Stream content, long length, CancellationToken cancellationToken)
    {
        if (_manifest is not null || length > LongestManifest)
        {
            throw new BrokerAnswerException("the backup has no single manifest of a sensible size");
        }

        using var text = new MemoryStream();
        await content.CopyToAsync(text, cancellationToken);
        _manifest = StrictJson.ParseNode(text.ToArray()) as JsonObject;
        await using var kept = _keep(ManifestName);
        await kept.WriteAsync(text.ToArray(), cancellationToken);
    }

    private JsonObject Checked()
    {
        var promised = (_manifest?["parts"] as JsonArray ?? []).OfType<JsonObject>()
            .Select(part => ((string?)part["name"], (string?)part["sha256"])).ToHashSet();
        var received = _digests.Select(part => ((string?)part.Key, (string?)part.Value)).ToHashSet();
        return _manifest is not null && received.Count > 0 && promised.SetEquals(received)
            ? _manifest
            : throw new BrokerAnswerException("the backup is not what its manifest says");
    }

    private static bool IsSafe(string name) =>
        !name.Any(char.IsControl) && name.Split('/').All(segment => segment.Length > 0 && segment is not ("." or ".."));
}
