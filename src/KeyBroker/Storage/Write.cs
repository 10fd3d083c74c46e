namespace KeyBroker.Storage;

/// <summary>Work with a result, completed only after its commit.</summary>
internal sealed class Write<T>(Func<WriteTransaction, T> work) : IWrite
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;
    private Exception? _failure;

    public Task<T> Task => _completion.Task;

    public bool Run(WriteTransaction transaction)
    {
        try
        {
            _result = work(transaction);
            return true;
        }
#pragma warning disable CA1031 // Not swallowed: it reaches the caller by the task, whatever it is.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _failure = failure;
            return false;
        }
    }

    public void Complete()
    {
        if (_failure is null)
        {
            _completion.SetResult(_result!);
        }
        else
        {
            _completion.SetException(Translate(_failure));
        }
    }

    // What the work itself threw may rest on a neighbour's row that is not there either.
    public void Fail(Exception reason) => _completion.TrySetException(reason);

    private static Exception Translate(Exception failure) => failure is Microsoft.Data.Sqlite.SqliteException
        ? new StoreUnavailableException("the database refused a write", failure)
        : failure;
}
