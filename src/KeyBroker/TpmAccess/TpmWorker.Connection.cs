using KeyBroker.Telemetry;
using KeyBroker.Tpm;

namespace KeyBroker.TpmAccess;

internal sealed partial class TpmWorker
{
    private readonly TaskCompletionSource<TpmIdentityChangedException> _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends where, after a lost connection, there is another TPM: nothing of this store is of use with it.</summary>
    public Task<TpmIdentityChangedException> Replaced => _replaced.Task;

    private T Attempt<T>(Func<TpmSessionScope, T> work) => _stopping
        ? throw new TpmUnavailableException("the broker is stopping")
        : work(new TpmSessionScope(Connected()));

    private TpmLink Connected()
    {
        var pinned = _pinned;
        if (pinned is not null && _link is { Pinned: null })
        {
            _link.Pin(pinned);
        }

        return _link ??= Open(pinned);
    }

    private TpmLink Open(PinnedKey? pinned)
    {
        RefuseDuringPause();
        try
        {
            var link = TpmLink.Open(new MeteredTransport(_connect()), pinned);
            NoteConnection(link);
            return link;
        }
        catch (Exception failure)
        {
            _lastFailure = (_clock.GetTimestamp(), failure.Message);
            TpmInstruments.Reconnected(failure is TpmIdentityChangedException ? "another" : "none");
            if (failure is TpmIdentityChangedException replaced)
            {
                _replaced.TrySetResult(replaced);
            }

            throw;
        }
    }

    private void NoteConnection(TpmLink link)
    {
        if (_isLost)
        {
            TpmInstruments.Reconnected(link.ResetCount == _resetCount ? "same" : "reset");
        }

        (_isLost, _resetCount) = (false, link.ResetCount);
    }

    /// <summary>A TPM that was just found gone is not asked again by every caller in the queue.</summary>
    private void RefuseDuringPause()
    {
        if (_lastFailure is { } failure && _clock.GetElapsedTime(failure.At) < s_pause)
        {
            throw new TpmUnavailableException($"the TPM does not answer: {failure.Why}");
        }
    }

    private bool IsLoss(Exception exception) => exception switch
    {
        IOException or TpmFormatException or TpmSessionException => true,
        TpmException error => _link?.IsLostAfter(error) ?? true,
        _ => false,
    };

    private void Drop()
    {
        _link?.Dispose();
        _link = null;
    }
}
