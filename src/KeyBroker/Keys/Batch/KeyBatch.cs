using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>Uses of one key that are answered together, each for itself.</summary>
/// <param name="Items">Each gives its message, or throws what is wrong with its body.</param>
internal sealed record KeyBatch<TMessage>(Approval Approval, IReadOnlyList<Func<TMessage>> Items) : KeyMessage(Approval)
    where TMessage : KeyMessage;
