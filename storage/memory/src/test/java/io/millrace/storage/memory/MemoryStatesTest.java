package io.millrace.storage.memory;

import io.millrace.storage.LogStorage;
import io.millrace.storage.StateStoreContract;

class MemoryStatesTest extends StateStoreContract {

  @Override
  protected LogStorage create() {
    return new MemoryStorage(1 << 20);
  }

  @Override
  protected LogStorage reopen(LogStorage closed) {
    return ((MemoryStorage) closed).afterRestart();
  }

  @Override
  protected LogStorage afterKill(LogStorage running) {
    return ((MemoryStorage) running).afterRestart();
  }
}
