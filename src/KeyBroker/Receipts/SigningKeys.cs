using System.Collections.Frozen;

namespace KeyBroker.Receipts;

/// <summary>The broker's signing keys: one for tokens and one for results now, and every one that was ever published.</summary>
internal sealed class SigningKeys : IDisposable
{
    private readonly FrozenDictionary<string, SigningKey> _opened;

    private SigningKeys(IReadOnlyList<SigningKeyRow> published, IReadOnlyList<SigningKey> opened)
    {
        Published = published;
        _opened = opened.ToFrozenDictionary(key => key.Kid, StringComparer.Ordinal);
        Token = opened.Last(key => key.Use == SigningUse.Token);
        Result = opened.Last(key => key.Use == SigningUse.Result);
    }

    public SigningKey Token { get; }

    public SigningKey Result { get; }

    public IReadOnlyList<SigningKeyRow> Published { get; }

    /// <summary>Opens the keys of earlier starts; makes those that are missing.</summary>
    public static async Task<SigningKeys> OpenAsync(SigningKeyStore store, SigningKeyMaker maker, string issuer)
    {
        var rows = store.List().ToList();
        foreach (var use in new[] { SigningUse.Token, SigningUse.Result })
        {
            if (rows.TrueForAll(row => row.Use != use || row.State != SigningKeyStore.Active))
            {
                rows.Add(await maker.MakeAsync(use, issuer));
            }
        }

        var opened = new List<SigningKey>();
        foreach (var row in rows.Where(row => row.State == SigningKeyStore.Active))
        {
            opened.Add(await maker.OpenAsync(row));
        }

        return new SigningKeys(rows, opened);
    }

    /// <summary>The key that verifies tokens under this <c>kid</c>, or null.</summary>
    public SigningKey? FindToken(string kid) =>
        _opened.TryGetValue(kid, out var key) && key.Use == SigningUse.Token ? key : null;

    public void Dispose()
    {
        foreach (var key in _opened.Values)
        {
            key.Dispose();
        }
    }
}
